//! Takes questions from clients, over UDP and TCP.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, UdpSocket};
use tokio::task::JoinSet;

use super::connections::Connections;
use super::message::LARGEST_PAYLOAD;
use super::resolver::{Resolver, Step, Transport};
use super::sockets::Listening;

/// How long a connection may be idle.
const IDLE: Duration = Duration::from_secs(10);
/// How long to wait when the kernel refuses, so that nothing spins.
const AFTER_ERROR: Duration = Duration::from_millis(100);

/// Serves until it is dropped, and then everything that it began ends with it.
pub(super) async fn serve(listening: Listening, resolver: Resolver) {
    let Listening { udp, tcp } = listening;
    tokio::join!(serve_datagrams(Arc::new(udp), resolver.clone()), serve_connections(tcp, resolver));
}

async fn serve_datagrams(socket: Arc<UdpSocket>, resolver: Resolver) {
    let mut buffer = vec![0; usize::from(LARGEST_PAYLOAD)];
    // The resolver bounds how many there are.
    let mut waiting = JoinSet::new();
    loop {
        let received = tokio::select! {
            received = socket.recv_from(&mut buffer) => received,
            Some(_) = waiting.join_next() => continue,
        };
        let Ok((length, client)) = received else {
            tokio::time::sleep(AFTER_ERROR).await;
            continue;
        };
        match resolver.begin(&buffer[..length], Transport::Udp) {
            Step::Drop => {}
            Step::Answer(answer) => send(&socket, client, &answer).await,
            Step::Forward(forward) => {
                let (socket, resolver) = (Arc::clone(&socket), resolver.clone());
                waiting.spawn(async move {
                    let answer = resolver.forward(forward, Transport::Udp).await;
                    send(&socket, client, &answer).await;
                });
            }
        }
    }
}

async fn send(socket: &UdpSocket, client: SocketAddr, answer: &[u8]) {
    if let Err(error) = socket.send_to(answer, client).await {
        tracing::debug!(%client, %error, "an answer cannot be sent");
    }
}

async fn serve_connections(listener: TcpListener, resolver: Resolver) {
    let mut connections = Connections::new(IDLE);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = connections.reap() => continue,
        };
        match accepted {
            Ok((stream, client)) => connections.serve(stream, client.ip(), resolver.clone()),
            Err(_) => tokio::time::sleep(AFTER_ERROR).await,
        }
    }
}
