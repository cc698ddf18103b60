//! The sockets of a DHCPv4 client.

use std::future::Future;
use std::io;
use std::net::Ipv4Addr;
use std::pin::Pin;

use crate::{LinkIndex, NetError};

/// A boxed future of a socket operation.
pub type SocketFuture<'a, T> = Pin<Box<dyn Future<Output = io::Result<T>> + Send + 'a>>;

/// A socket on one link that carries DHCP messages (UDP payloads, client port 68, server port 67).
pub trait DhcpSocket: Send + Sync {
    /// Sends one message.
    fn send<'a>(&'a self, payload: &'a [u8]) -> SocketFuture<'a, ()>;

    /// The next message that arrives.
    fn receive(&self) -> SocketFuture<'_, Vec<u8>>;
}

/// Opens sockets for a DHCPv4 client.
pub trait DhcpSockets: Send + Sync + 'static {
    /// A socket that broadcasts on a link which may have no address yet; `from` is the source address, unspecified at
    /// first.
    ///
    /// # Errors
    /// When the kernel refuses.
    fn broadcast(&self, link: LinkIndex, from: Ipv4Addr) -> Result<Box<dyn DhcpSocket>, NetError>;

    /// A socket between the leased address and the server, for renewals.
    ///
    /// # Errors
    /// When the address is not there or the kernel refuses.
    fn unicast(&self, link: LinkIndex, from: Ipv4Addr, server: Ipv4Addr) -> Result<Box<dyn DhcpSocket>, NetError>;
}
