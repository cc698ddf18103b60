//! Changes over rtnetlink's multicast groups.

use std::io;
use std::os::fd::OwnedFd;

use futures_util::stream;
use netlink_packet_core::NetlinkPayload;
use netlink_packet_route::RouteNetlinkMessage;
use netlink_packet_route::link::LinkAttribute;
use netlink_packet_route::route::RouteAttribute;
use rustix::net::SocketFlags;
use tokio::io::unix::AsyncFd;

use super::{LinuxNetwork, socket};
use crate::{EventStream, LinkIndex, NetError, NetEvent, NetEvents};

/// `RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_IFADDR | RTMGRP_IPV6_ROUTE`.
const GROUPS: u32 = 0x1 | 0x10 | 0x40 | 0x100 | 0x400;
/// Room for bursts, for example when many pods start at once.
const RECEIVE_BUFFER: usize = 1 << 20;

struct Listener {
    socket: AsyncFd<OwnedFd>,
    buffer: Vec<u8>,
    ready: std::vec::IntoIter<NetEvent>,
}

impl NetEvents for LinuxNetwork {
    fn subscribe(&self) -> Result<EventStream, NetError> {
        let failed = |error: io::Error| NetError::new("listen for changes of the network", error);
        let socket = socket::open(GROUPS, SocketFlags::NONBLOCK).map_err(failed)?;
        // Without the capability the default size has to do.
        if rustix::net::sockopt::set_socket_recv_buffer_size_force(&socket, RECEIVE_BUFFER).is_err() {
            tracing::debug!("the buffer for network events keeps its default size");
        }
        let socket = socket::watch(socket).map_err(failed)?;
        let listener = Listener { socket, buffer: Vec::new(), ready: Vec::new().into_iter() };
        Ok(Box::pin(stream::unfold(listener, |mut listener| async {
            let event = listener.next().await?;
            Some((event, listener))
        })))
    }
}

impl Listener {
    async fn next(&mut self) -> Option<NetEvent> {
        loop {
            if let Some(event) = self.ready.next() {
                return Some(event);
            }
            let mut guard = self.socket.readable().await.ok()?;
            let buffer = &mut self.buffer;
            match guard.try_io(|socket| socket::receive(socket.get_ref(), buffer)) {
                Err(_would_block) => {}
                Ok(Ok(length)) => self.ready = events(&self.buffer[..length]).into_iter(),
                Ok(Err(error)) if error.raw_os_error() == Some(libc::ENOBUFS) => {
                    return Some(NetEvent::Lost);
                }
                Ok(Err(error)) => {
                    tracing::error!(%error, "the stream of network events ends");
                    return None;
                }
            }
        }
    }
}

/// The events of one datagram.
fn events(datagram: &[u8]) -> Vec<NetEvent> {
    let mut found: Vec<NetEvent> = Vec::new();
    for (_, payload) in socket::messages(datagram) {
        let NetlinkPayload::InnerMessage(message) = payload else {
            continue;
        };
        let event = match message {
            RouteNetlinkMessage::NewLink(link) | RouteNetlinkMessage::DelLink(link) => {
                let name = link.attributes.iter().find_map(|one| match one {
                    LinkAttribute::IfName(name) => Some(name.clone()),
                    _ => None,
                });
                NetEvent::Link { index: LinkIndex(link.header.index), name: name.unwrap_or_default() }
            }
            RouteNetlinkMessage::NewAddress(address) | RouteNetlinkMessage::DelAddress(address) => {
                NetEvent::Address { link: LinkIndex(address.header.index) }
            }
            RouteNetlinkMessage::NewRoute(route) | RouteNetlinkMessage::DelRoute(route) => {
                let link = route.attributes.iter().find_map(|one| match one {
                    RouteAttribute::Oif(index) => Some(LinkIndex(*index)),
                    _ => None,
                });
                NetEvent::Route { link }
            }
            _ => continue,
        };
        if !found.contains(&event) {
            found.push(event);
        }
    }
    found
}
