//! The sockets of a DHCPv4 client: a packet socket while the link has no address, an ordinary one for renewals.

mod frame;

use std::io;
use std::mem;
use std::net::Ipv4Addr;
use std::os::fd::{AsRawFd, OwnedFd};

use rustix::net::{AddressFamily, RecvFlags, SendFlags, SocketAddrV4, SocketFlags, SocketType};
use tokio::io::unix::AsyncFd;

use super::LinuxNetwork;
use super::socket::watch;
use crate::{DhcpSocket, DhcpSockets, LinkIndex, NetError, SocketFuture};

/// The port of a client.
pub(super) const CLIENT: u16 = 68;
/// The port of a server.
pub(super) const SERVER: u16 = 67;
/// Longer than any frame that a server sends.
const BUFFER: usize = 4096;

struct Broadcast {
    socket: AsyncFd<OwnedFd>,
    link: LinkIndex,
    from: Ipv4Addr,
}

struct Unicast {
    socket: AsyncFd<OwnedFd>,
}

impl DhcpSockets for LinuxNetwork {
    fn broadcast(&self, link: LinkIndex, from: Ipv4Addr) -> Result<Box<dyn DhcpSocket>, NetError> {
        let socket = packet_socket(link).and_then(watch);
        let socket = socket.map_err(|error| NetError::new(format!("open a packet socket on link {link}"), error))?;
        Ok(Box::new(Broadcast { socket, link, from }))
    }

    fn unicast(&self, link: LinkIndex, from: Ipv4Addr, server: Ipv4Addr) -> Result<Box<dyn DhcpSocket>, NetError> {
        let socket = udp_socket(link, from, server).and_then(watch);
        let socket = socket.map_err(|error| NetError::new(format!("open a socket from {from} to {server}"), error))?;
        Ok(Box::new(Unicast { socket }))
    }
}

impl DhcpSocket for Broadcast {
    fn send<'a>(&'a self, payload: &'a [u8]) -> SocketFuture<'a, ()> {
        Box::pin(async move {
            let frame = frame::build(self.from, Ipv4Addr::BROADCAST, payload);
            loop {
                let mut guard = self.socket.writable().await?;
                if let Ok(sent) = guard.try_io(|socket| send_to_all(socket.get_ref(), self.link, &frame)) {
                    return sent;
                }
            }
        })
    }

    fn receive(&self) -> SocketFuture<'_, Vec<u8>> {
        Box::pin(async move {
            let mut buffer = vec![0; BUFFER];
            loop {
                let length = read(&self.socket, &mut buffer).await?;
                if let Some(payload) = frame::payload(&buffer[..length]) {
                    return Ok(payload.to_vec());
                }
            }
        })
    }
}

impl DhcpSocket for Unicast {
    fn send<'a>(&'a self, payload: &'a [u8]) -> SocketFuture<'a, ()> {
        Box::pin(async move {
            loop {
                let mut guard = self.socket.writable().await?;
                let sent = guard.try_io(|socket| Ok(rustix::net::send(socket.get_ref(), payload, SendFlags::empty())?));
                if let Ok(sent) = sent {
                    return sent.map(|_| ());
                }
            }
        })
    }

    fn receive(&self) -> SocketFuture<'_, Vec<u8>> {
        Box::pin(async move {
            let mut buffer = vec![0; BUFFER];
            let length = read(&self.socket, &mut buffer).await?;
            buffer.truncate(length);
            Ok(buffer)
        })
    }
}

async fn read(socket: &AsyncFd<OwnedFd>, buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        let mut guard = socket.readable().await?;
        let read = guard.try_io(|socket| {
            let (length, _) = rustix::net::recv(socket.get_ref(), &mut *buffer, RecvFlags::empty())?;
            Ok(length)
        });
        if let Ok(read) = read {
            return read;
        }
    }
}

fn udp_socket(link: LinkIndex, from: Ipv4Addr, server: Ipv4Addr) -> io::Result<OwnedFd> {
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    let socket = rustix::net::socket_with(AddressFamily::INET, SocketType::DGRAM, flags, None)?;
    rustix::net::sockopt::set_socket_reuseaddr(&socket, true)?;
    bind_to_link(&socket, link)?;
    rustix::net::bind(&socket, &SocketAddrV4::new(from, CLIENT))?;
    rustix::net::connect(&socket, &SocketAddrV4::new(server, SERVER))?;
    Ok(socket)
}

/// A packet socket that sees nothing but UDP to the client's port. The filter is set before the socket is bound, so
/// that nothing else is queued in between.
fn packet_socket(link: LinkIndex) -> io::Result<OwnedFd> {
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    let socket = rustix::net::socket_with(AddressFamily::PACKET, SocketType::DGRAM, flags, None)?;
    attach_filter(&socket)?;
    let address = link_address(link, [0; 8], 0);
    // SAFETY: `address` is a valid `sockaddr_ll` and the length is its size.
    let bound = unsafe { libc::bind(socket.as_raw_fd(), (&raw const address).cast(), size::<libc::sockaddr_ll>()) };
    check(bound)?;
    Ok(socket)
}

fn send_to_all(socket: &OwnedFd, link: LinkIndex, frame: &[u8]) -> io::Result<()> {
    let mut everybody = [0xff; 8];
    everybody[6..].fill(0);
    let address = link_address(link, everybody, 6);
    // SAFETY: the frame's pointer and length belong together, and `address` is a valid `sockaddr_ll` of the given size.
    let sent = unsafe {
        libc::sendto(
            socket.as_raw_fd(),
            frame.as_ptr().cast(),
            frame.len(),
            0,
            (&raw const address).cast(),
            size::<libc::sockaddr_ll>(),
        )
    };
    if sent < 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

fn link_address(link: LinkIndex, hardware: [u8; 8], length: u8) -> libc::sockaddr_ll {
    libc::sockaddr_ll {
        sll_family: libc::AF_PACKET as u16,
        sll_protocol: (libc::ETH_P_IP as u16).to_be(),
        sll_ifindex: link.0.cast_signed(),
        sll_hatype: 0,
        sll_pkttype: 0,
        sll_halen: length,
        sll_addr: hardware,
    }
}

fn bind_to_link(socket: &OwnedFd, link: LinkIndex) -> io::Result<()> {
    let index = link.0.cast_signed();
    // SAFETY: the option takes an `int`, which `index` is, and the length is its size.
    let set = unsafe {
        libc::setsockopt(
            socket.as_raw_fd(),
            libc::SOL_SOCKET,
            libc::SO_BINDTOIFINDEX,
            (&raw const index).cast(),
            size::<libc::c_int>(),
        )
    };
    check(set)
}

/// Passes IPv4 packets that carry UDP to port 68 and are no later fragment.
fn attach_filter(socket: &OwnedFd) -> io::Result<()> {
    const LD_B: u16 = 0x30; // BPF_LD | BPF_B | BPF_ABS
    const LD_H: u16 = 0x28; // BPF_LD | BPF_H | BPF_ABS
    const LD_H_X: u16 = 0x48; // BPF_LD | BPF_H | BPF_IND
    const LDX_HEADER: u16 = 0xb1; // BPF_LDX | BPF_B | BPF_MSH: four times the low nibble
    const JUMP_EQUAL: u16 = 0x15; // BPF_JMP | BPF_JEQ | BPF_K
    const JUMP_SET: u16 = 0x45; // BPF_JMP | BPF_JSET | BPF_K
    const RETURN: u16 = 0x06; // BPF_RET | BPF_K
    let step = |code, jt, jf, k| libc::sock_filter { code, jt, jf, k };
    let mut program = [
        step(LD_B, 0, 0, 9),
        step(JUMP_EQUAL, 0, 6, 17),
        step(LD_H, 0, 0, 6),
        step(JUMP_SET, 4, 0, 0x1fff),
        step(LDX_HEADER, 0, 0, 0),
        step(LD_H_X, 0, 0, 2),
        step(JUMP_EQUAL, 0, 1, u32::from(CLIENT)),
        step(RETURN, 0, 0, u32::MAX),
        step(RETURN, 0, 0, 0),
    ];
    let filter = libc::sock_fprog { len: program.len() as u16, filter: program.as_mut_ptr() };
    // SAFETY: `filter` points to `program`, which outlives the call; the kernel copies and verifies it.
    let set = unsafe {
        libc::setsockopt(
            socket.as_raw_fd(),
            libc::SOL_SOCKET,
            libc::SO_ATTACH_FILTER,
            (&raw const filter).cast(),
            size::<libc::sock_fprog>(),
        )
    };
    check(set)
}

fn check(result: libc::c_int) -> io::Result<()> {
    if result < 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

fn size<T>() -> libc::socklen_t {
    mem::size_of::<T>() as libc::socklen_t
}
