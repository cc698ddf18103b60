//! Ports of this host that lead into the cluster's network namespace.
//!
//! A listening socket stays in the namespace in which it was opened, and a connection is made in that of the thread
//! that makes it. So the listeners are opened before the runner moves into the cluster's namespace.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use tokio::io::copy_bidirectional;
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::cluster::ContainerCluster;
use crate::LocalClusterError;

/// A port that is open, and where it leads.
pub(super) struct OpenPort {
    listener: TcpListener,
    target: SocketAddr,
}

/// How many connections a port has at a time; more wait.
const MOST: usize = 512;
/// How long a node may take to accept one.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long to wait when this process has no descriptor left.
const PAUSE: Duration = Duration::from_millis(100);

/// Opens the ports of all nodes.
pub(super) fn open(cluster: &ContainerCluster) -> Result<Vec<OpenPort>, LocalClusterError> {
    let all = cluster.nodes.iter().flat_map(|node| node.forwards.iter().map(move |forward| (node, forward)));
    all.map(|(node, forward)| {
        let listener = TcpListener::bind(forward.listen).and_then(|listener| {
            listener.set_nonblocking(true)?;
            Ok(listener)
        });
        let listener = listener.map_err(|source| LocalClusterError::Port { address: forward.listen, source })?;
        Ok(OpenPort { listener, target: (node.address, forward.port).into() })
    })
    .collect()
}

/// Passes connections on, as long as the future is polled.
pub(super) async fn run(port: OpenPort) {
    let Ok(listener) = tokio::net::TcpListener::from_std(port.listener) else { return };
    let room = Arc::new(Semaphore::new(MOST));
    loop {
        let Ok(permit) = room.clone().acquire_owned().await else { return };
        match listener.accept().await {
            Ok((client, _)) => {
                tokio::task::spawn_local(async move {
                    pass_on(client, port.target).await;
                    drop(permit);
                });
            }
            Err(_) => tokio::time::sleep(PAUSE).await,
        }
    }
}

/// A connection that the node does not take is closed, which is what the client would see of a node as well.
async fn pass_on(mut client: TcpStream, target: SocketAddr) {
    let Ok(Ok(mut node)) = timeout(PATIENCE, TcpStream::connect(target)).await else { return };
    let _ = (client.set_nodelay(true), node.set_nodelay(true));
    let _ = copy_bidirectional(&mut client, &mut node).await;
}
