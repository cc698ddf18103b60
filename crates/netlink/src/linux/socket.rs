//! Requests and dumps over a routing netlink socket.

use std::io;
use std::os::fd::OwnedFd;

use netlink_packet_core::{
    NLM_F_ACK, NLM_F_DUMP, NLM_F_DUMP_INTR, NLM_F_REQUEST, NetlinkBuffer, NetlinkMessage, NetlinkPayload,
};
use netlink_packet_route::RouteNetlinkMessage;
use rustix::net::netlink::SocketAddrNetlink;
use rustix::net::{AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType};
use tokio::io::unix::AsyncFd;

/// The kernel fills at most 32 KiB per datagram of a dump; events are smaller.
const BUFFER: usize = 64 * 1024;
/// A dump that changes below us is asked for again so many times.
const DUMP_TRIES: usize = 5;

/// A routing netlink socket that hears the multicast `groups`.
pub(super) fn open(groups: u32, flags: SocketFlags) -> io::Result<OwnedFd> {
    let flags = flags | SocketFlags::CLOEXEC;
    // Without a protocol: number 0 is NETLINK_ROUTE.
    let socket = rustix::net::socket_with(AddressFamily::NETLINK, SocketType::RAW, flags, None)?;
    rustix::net::bind(&socket, &SocketAddrNetlink::new(0, groups))?;
    Ok(socket)
}

/// Asks for a change and waits for the kernel's answer.
pub(super) fn change(message: RouteNetlinkMessage, flags: u16) -> io::Result<()> {
    exchange(message, flags | NLM_F_ACK).map(|_| ())
}

/// Asks for a list.
pub(super) fn dump(message: &RouteNetlinkMessage) -> io::Result<Vec<RouteNetlinkMessage>> {
    let mut last = Ok(Vec::new());
    for _ in 0..DUMP_TRIES {
        last = exchange(message.clone(), NLM_F_DUMP);
        match &last {
            Err(error) if error.raw_os_error() == Some(libc::EINTR) => {}
            _ => return last,
        }
    }
    last
}

/// Sends one message and gathers what comes back until the kernel says that it is done.
fn exchange(message: RouteNetlinkMessage, flags: u16) -> io::Result<Vec<RouteNetlinkMessage>> {
    let socket = open(0, SocketFlags::empty())?;
    let mut request = NetlinkMessage::from(message);
    request.header.flags = NLM_F_REQUEST | flags;
    request.header.sequence_number = 1;
    request.finalize();
    let mut buffer = vec![0; request.buffer_len()];
    request.serialize(&mut buffer);
    rustix::net::send(&socket, &buffer, SendFlags::empty())?;

    let mut found = Vec::new();
    let mut interrupted = false;
    buffer.resize(BUFFER, 0);
    loop {
        let (length, _) = rustix::net::recv(&socket, &mut buffer[..], RecvFlags::empty())?;
        for (flags, payload) in messages(&buffer[..length]) {
            interrupted |= flags & NLM_F_DUMP_INTR != 0;
            match payload {
                NetlinkPayload::InnerMessage(message) => found.push(message),
                NetlinkPayload::Done(done) if done.code != 0 => return Err(errno(done.code)),
                NetlinkPayload::Error(error) if error.raw_code() != 0 => {
                    return Err(errno(error.raw_code()));
                }
                NetlinkPayload::Done(_) | NetlinkPayload::Error(_) if interrupted => {
                    return Err(io::Error::from_raw_os_error(libc::EINTR));
                }
                NetlinkPayload::Done(_) | NetlinkPayload::Error(_) => return Ok(found),
                _ => {}
            }
        }
    }
}

/// The messages of one datagram with their header's flags. What cannot be parsed is left out, with a word in the log:
/// a kernel newer than our knowledge must not cost the node its network.
pub(super) fn messages(datagram: &[u8]) -> Vec<(u16, NetlinkPayload<RouteNetlinkMessage>)> {
    let mut found = Vec::new();
    let mut rest = datagram;
    while let Ok(header) = NetlinkBuffer::new_checked(rest) {
        let length = header.length() as usize;
        match NetlinkMessage::<RouteNetlinkMessage>::deserialize(&rest[..length]) {
            Ok(message) => found.push((message.header.flags, message.payload)),
            Err(error) => tracing::warn!(%error, "a message of the kernel cannot be read"),
        }
        rest = rest.get(length.next_multiple_of(4)..).unwrap_or_default();
    }
    found
}

/// Reads one datagram of a socket that does not block.
pub(super) fn receive(socket: &OwnedFd, buffer: &mut Vec<u8>) -> io::Result<usize> {
    buffer.resize(BUFFER, 0);
    let (length, _) = rustix::net::recv(socket, &mut buffer[..], RecvFlags::DONTWAIT)?;
    Ok(length)
}

/// Has the runtime watch a socket that does not block.
pub(super) fn watch(socket: OwnedFd) -> io::Result<AsyncFd<OwnedFd>> {
    // SAFETY: `OwnedFd` always gives the same descriptor, which stays open as long as the value lives.
    let watched = unsafe { AsyncFd::register(socket) };
    watched.map_err(|error| error.into_parts().1)
}

fn errno(code: i32) -> io::Error {
    io::Error::from_raw_os_error(code.abs())
}
