//! One question and several servers: the next is asked as well when one is slow, and at once when one does not know.

use std::future::pending;
use std::io::{ErrorKind, Result};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpStream, UdpSocket};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::message;

/// How a question is asked: as it came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Transport {
    Datagram,
    Stream,
}

/// How long a server has. A node gives up a question after 4.5 s, and has its answer before.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long a server is the only one that is asked.
const ALONE: Duration = Duration::from_millis(500);

/// The first answer of a server that knows one, else what one of them said instead, else `None`.
pub(super) async fn ask(transport: Transport, question: &[u8], servers: &[SocketAddr]) -> Option<Vec<u8>> {
    let mut asked = JoinSet::new();
    let mut others = servers.iter();
    let mut failure = None;
    loop {
        match others.next() {
            Some(server) => {
                asked.spawn_local(within_time(transport, question.to_vec(), *server));
            }
            None if asked.is_empty() => return failure,
            None => {}
        }
        let another = async { if others.len() > 0 { sleep(ALONE).await } else { pending().await } };
        tokio::select! {
            Some(reply) = asked.join_next() => match reply {
                Ok(Ok(reply)) if message::is_failure(&reply) => failure = Some(reply),
                Ok(Ok(reply)) => return Some(reply),
                // Another may answer.
                _ => {}
            },
            () = another => {}
        }
    }
}

async fn within_time(transport: Transport, question: Vec<u8>, server: SocketAddr) -> Result<Vec<u8>> {
    match transport {
        Transport::Datagram => timeout(PATIENCE, ask_by_datagram(&question, server)).await?,
        Transport::Stream => timeout(PATIENCE, ask_by_stream(&question, server)).await?,
    }
}

/// From a port of its own, so that a stranger would have to guess it besides the question's id.
async fn ask_by_datagram(question: &[u8], server: SocketAddr) -> Result<Vec<u8>> {
    let own =
        if server.is_ipv4() { SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0)) } else { (Ipv6Addr::UNSPECIFIED, 0).into() };
    let socket = UdpSocket::bind(own).await?;
    socket.connect(server).await?;
    socket.send(question).await?;
    let mut buffer = vec![0; message::LONGEST];
    loop {
        let length = socket.recv(&mut buffer).await?;
        if message::answers(&buffer[..length], question) {
            buffer.truncate(length);
            return Ok(buffer);
        }
    }
}

async fn ask_by_stream(question: &[u8], server: SocketAddr) -> Result<Vec<u8>> {
    let mut stream = TcpStream::connect(server).await?;
    stream.write_all(&message::framed(question)).await?;
    let reply = message::read(&mut stream).await?;
    if message::answers(&reply, question) { Ok(reply) } else { Err(ErrorKind::InvalidData.into()) }
}
