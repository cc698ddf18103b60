//! The sockets of DHCP clients on the model, and the other end of the wire.

use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr};

use tokio::sync::Mutex;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::{FakeKernel, errno};
use crate::{DhcpSocket, DhcpSockets, LinkIndex, NetError, SocketFuture};

/// The server's end of a link: hears what clients on it send and answers to all of them.
pub struct FakeSocket {
    kernel: FakeKernel,
    link: LinkIndex,
    heard: UnboundedReceiver<Vec<u8>>,
}

struct Client {
    kernel: FakeKernel,
    link: LinkIndex,
    heard: Mutex<UnboundedReceiver<Vec<u8>>>,
}

impl FakeKernel {
    /// The server's end of a link; a second call takes over from the first.
    pub fn dhcp_server(&self, link: LinkIndex) -> FakeSocket {
        let (sender, heard) = unbounded_channel();
        self.lock().servers.insert(link, sender);
        FakeSocket { kernel: self.clone(), link, heard }
    }

    fn client(&self, link: LinkIndex) -> Box<dyn DhcpSocket> {
        let (sender, heard) = unbounded_channel();
        self.lock().clients.entry(link).or_default().push(sender);
        Box::new(Client { kernel: self.clone(), link, heard: Mutex::new(heard) })
    }
}

impl DhcpSockets for FakeKernel {
    fn broadcast(&self, link: LinkIndex, _from: Ipv4Addr) -> Result<Box<dyn DhcpSocket>, NetError> {
        if !self.lock().is_up(link) {
            return Err(NetError::new(format!("open a packet socket on link {link}"), errno(libc::ENETDOWN)));
        }
        Ok(self.client(link))
    }

    fn unicast(&self, link: LinkIndex, from: Ipv4Addr, server: Ipv4Addr) -> Result<Box<dyn DhcpSocket>, NetError> {
        if !self.lock().addresses.iter().any(|one| one.prefix.addr() == IpAddr::V4(from)) {
            let error = errno(libc::EADDRNOTAVAIL);
            return Err(NetError::new(format!("open a socket from {from} to {server}"), error));
        }
        Ok(self.client(link))
    }
}

impl DhcpSocket for Client {
    fn send<'a>(&'a self, payload: &'a [u8]) -> SocketFuture<'a, ()> {
        let state = self.kernel.lock();
        let sent = if state.is_up(self.link) {
            // A message that nobody hears is lost, as on a wire.
            if let Some(server) = state.servers.get(&self.link) {
                let _ = server.send(payload.to_vec());
            }
            Ok(())
        } else {
            Err(errno(libc::ENETDOWN))
        };
        Box::pin(async move { sent })
    }

    fn receive(&self) -> SocketFuture<'_, Vec<u8>> {
        Box::pin(async move {
            let heard = self.heard.lock().await.recv().await;
            heard.ok_or_else(|| io::Error::from(io::ErrorKind::UnexpectedEof))
        })
    }
}

impl FakeSocket {
    /// The next message of a client.
    pub async fn receive(&mut self) -> Vec<u8> {
        // The sender lives in the kernel, which this end keeps alive, unless another server took over.
        match self.heard.recv().await {
            Some(message) => message,
            None => std::future::pending().await,
        }
    }

    /// What a client has sent already, if anything.
    pub fn try_receive(&mut self) -> Option<Vec<u8>> {
        self.heard.try_recv().ok()
    }

    /// Sends to every client on the link.
    pub fn send(&self, payload: &[u8]) {
        let mut state = self.kernel.lock();
        let clients = state.clients.entry(self.link).or_default();
        clients.retain(|client| client.send(payload.to_vec()).is_ok());
    }
}

impl fmt::Debug for FakeSocket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FakeSocket").field("link", &self.link).finish_non_exhaustive()
    }
}
