//! The sockets of host DNS: what it listens on, and how it asks a server.

use std::hash::{BuildHasher as _, RandomState};
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use async_trait::async_trait;
use thiserror::Error;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::time::timeout;

use super::message::{LARGEST_PAYLOAD, Query, Reply, ReplyError};

/// A datagram may be lost: after this time it is sent again.
const AGAIN: Duration = Duration::from_secs(1);

/// The sockets that a listener needs.
#[derive(Debug)]
pub struct Listening {
    /// For questions over UDP.
    pub udp: UdpSocket,
    /// For questions over TCP.
    pub tcp: TcpListener,
}

/// A server was asked and did not answer.
#[derive(Debug, Error)]
pub enum ExchangeError {
    /// Not in time.
    #[error("no answer in time")]
    NoAnswer,
    /// It cannot be reached.
    #[error("it cannot be reached")]
    Unreachable(#[from] io::Error),
    /// What it said over TCP is not the answer.
    #[error("it answers with something else")]
    Unusable(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Listening for questions and asking servers.
#[async_trait]
pub(crate) trait DnsSockets: Send + Sync + 'static {
    /// Listens on `address`; answers pass `hops - 1` routers.
    fn listen(&self, address: SocketAddr, hops: u32) -> io::Result<Listening>;

    /// Asks the server at `address`. The caller bounds the time.
    async fn exchange(&self, address: SocketAddr, query: &Query) -> Result<Reply, ExchangeError>;
}

/// The network that the process is in.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct HostSockets;

#[async_trait]
impl DnsSockets for HostSockets {
    fn listen(&self, address: SocketAddr, hops: u32) -> io::Result<Listening> {
        let udp = std::net::UdpSocket::bind(address)?;
        // With port 0, as tests use it, TCP takes the port that UDP got.
        let tcp = std::net::TcpListener::bind(udp.local_addr()?)?;
        udp.set_nonblocking(true)?;
        tcp.set_nonblocking(true)?;
        udp.set_ttl(hops)?;
        let (udp, tcp) = (UdpSocket::from_std(udp)?, TcpListener::from_std(tcp)?);
        tcp.set_ttl(hops)?;
        Ok(Listening { udp, tcp })
    }

    async fn exchange(&self, address: SocketAddr, query: &Query) -> Result<Reply, ExchangeError> {
        let reply = over_udp(address, query).await?;
        if reply.is_truncated() { over_tcp(address, query).await } else { Ok(reply) }
    }
}

async fn over_udp(server: SocketAddr, query: &Query) -> Result<Reply, ExchangeError> {
    let any: IpAddr = if server.is_ipv4() { Ipv4Addr::UNSPECIFIED.into() } else { Ipv6Addr::UNSPECIFIED.into() };
    // The kernel picks the port at random, and of a connected socket only the server's datagrams arrive.
    let socket = UdpSocket::bind(SocketAddr::new(any, 0)).await?;
    socket.connect(server).await?;
    let id = random_id(server);
    let message = query.with_id(id);
    let mut buffer = vec![0; usize::from(LARGEST_PAYLOAD)];
    loop {
        socket.send(&message).await?;
        let answer = async {
            loop {
                let length = socket.recv(&mut buffer).await?;
                // What does not fit the question may be forged: the true answer may follow.
                if let Ok(reply) = Reply::read(buffer[..length].to_vec(), query, id) {
                    return Ok(reply);
                }
            }
        };
        if let Ok(answer) = timeout(AGAIN, answer).await {
            return answer;
        }
    }
}

async fn over_tcp(server: SocketAddr, query: &Query) -> Result<Reply, ExchangeError> {
    let id = random_id(server);
    let mut stream = TcpStream::connect(server).await?;
    write_message(&mut stream, &query.with_id(id)).await?;
    let message = read_message(&mut stream).await?;
    Reply::read(message, query, id).map_err(|error: ReplyError| ExchangeError::Unusable(error.into()))
}

/// Reads a message with its length before it.
pub(super) async fn read_message(stream: &mut TcpStream) -> io::Result<Vec<u8>> {
    let length = stream.read_u16().await?;
    let mut message = vec![0; usize::from(length)];
    stream.read_exact(&mut message).await?;
    Ok(message)
}

/// Writes a message with its length before it, in one piece.
pub(super) async fn write_message(stream: &mut TcpStream, message: &[u8]) -> io::Result<()> {
    let length = u16::try_from(message.len()).map_err(|_| io::Error::from(io::ErrorKind::InvalidData))?;
    let framed = [&length.to_be_bytes(), message].concat();
    stream.write_all(&framed).await
}

/// A number that nobody outside can foresee: a keyed hash with a key from the kernel.
fn random_id(server: SocketAddr) -> u16 {
    let hash = RandomState::new().hash_one(server);
    (hash >> 48) as u16
}
