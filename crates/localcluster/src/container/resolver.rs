//! Names outside of the cluster: a resolver at the gateway's address that passes questions on to those of this host.
//!
//! The segment leads nowhere, and a host's resolver is often on its loopback. So a thread of the runner goes back to the
//! host's network namespace and asks from there; the sockets at the gateway were opened in the cluster's. Messages pass
//! as they are: caches, retries and EDNS are matters of the node's own resolver and of the host's.

mod message;
mod questions;
mod servers;

use std::fs::File;
use std::net::{SocketAddr, TcpListener, UdpSocket};
use std::os::fd::AsFd as _;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::mpsc;
use std::time::Duration;

use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::task::{LocalSet, spawn_local};
use tokio::time::{sleep, timeout};

use super::cluster::ContainerCluster;
use crate::LocalClusterError;
use questions::Transport;
use servers::Servers;

pub use servers::host_nameservers;

/// How many datagrams are being answered at a time; who asks more is refused at once.
const MOST_QUESTIONS: usize = 256;
/// How many connections there are at a time; more are closed.
const MOST_CONNECTIONS: usize = 64;
/// How long a connection may be silent.
const IDLE: Duration = Duration::from_secs(10);
/// How long to wait after a socket failed.
const PAUSE: Duration = Duration::from_millis(100);

/// Listens in this process's network namespace, and asks from the thread's, `host`.
pub(super) fn start(host: File, cluster: &ContainerCluster) -> Result<(), LocalClusterError> {
    let address = SocketAddr::from((cluster.gateway(), servers::PORT));
    let failed = |source| LocalClusterError::Port { address, source };
    let datagrams = UdpSocket::bind(address).map_err(failed)?;
    let connections = TcpListener::bind(address).map_err(failed)?;
    datagrams.set_nonblocking(true).and_then(|()| connections.set_nonblocking(true)).map_err(failed)?;
    let servers = Servers::new(cluster.nameservers.clone());
    let (began, outcome) = mpsc::channel();
    let started = std::thread::Builder::new().name("resolver".to_owned()).spawn(move || {
        let runtime = enter(&host);
        let runtime = match runtime {
            Ok(runtime) => runtime,
            Err(error) => {
                // The receiver waits for this.
                let _ = began.send(Err(error));
                return;
            }
        };
        let _ = began.send(Ok(()));
        LocalSet::new().block_on(&runtime, serve(datagrams, connections, Rc::new(servers)));
    });
    let failed = |source| LocalClusterError::Kernel { what: "start the cluster's resolver", source };
    started.map_err(failed)?;
    outcome.recv().unwrap_or_else(|_| Err(std::io::ErrorKind::BrokenPipe.into())).map_err(failed)
}

/// Moves this thread, and no other, into a network namespace.
fn enter(namespace: &File) -> std::io::Result<tokio::runtime::Runtime> {
    move_into_link_name_space(namespace.as_fd(), Some(LinkNameSpaceType::Network))?;
    tokio::runtime::Builder::new_current_thread().enable_all().build()
}

async fn serve(datagrams: UdpSocket, connections: TcpListener, servers: Rc<Servers>) {
    let sockets = tokio::net::UdpSocket::from_std(datagrams)
        .and_then(|datagrams| Ok((datagrams, tokio::net::TcpListener::from_std(connections)?)));
    let Ok((datagrams, connections)) = sockets else { return };
    tokio::join!(answer_datagrams(Rc::new(datagrams), servers.clone()), answer_connections(connections, servers));
}

async fn answer_datagrams(socket: Rc<tokio::net::UdpSocket>, servers: Rc<Servers>) {
    let room = Arc::new(Semaphore::new(MOST_QUESTIONS));
    let mut buffer = vec![0; message::LONGEST];
    loop {
        let Ok((length, client)) = socket.recv_from(&mut buffer).await else {
            sleep(PAUSE).await;
            continue;
        };
        let Some(failure) = message::failure(&buffer[..length]) else { continue };
        let Ok(permit) = room.clone().try_acquire_owned() else {
            // A client that cannot be reached asks again, or not.
            let _ = socket.send_to(&failure, client).await;
            continue;
        };
        let (socket, servers, question) = (socket.clone(), servers.clone(), buffer[..length].to_vec());
        spawn_local(async move {
            let answer = questions::ask(Transport::Datagram, &question, &servers.now()).await;
            let _ = socket.send_to(&answer.unwrap_or(failure), client).await;
            drop(permit);
        });
    }
}

async fn answer_connections(listener: tokio::net::TcpListener, servers: Rc<Servers>) {
    let room = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    loop {
        let Ok((client, _)) = listener.accept().await else {
            sleep(PAUSE).await;
            continue;
        };
        let Ok(permit) = room.clone().try_acquire_owned() else { continue };
        let servers = servers.clone();
        spawn_local(async move {
            // Its end, whatever the reason, ends the connection.
            let _ = answer_connection(client, &servers).await;
            drop(permit);
        });
    }
}

/// One question after the other, until the client is silent or closes.
async fn answer_connection(mut client: TcpStream, servers: &Servers) -> std::io::Result<()> {
    loop {
        let question = timeout(IDLE, message::read(&mut client)).await??;
        let Some(failure) = message::failure(&question) else { return Ok(()) };
        let answer = questions::ask(Transport::Stream, &question, &servers.now()).await;
        timeout(IDLE, client.write_all(&message::framed(&answer.unwrap_or(failure)))).await??;
    }
}
