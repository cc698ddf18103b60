//! What `init` and `machined` say to each other, over a socket pair that keeps messages apart (`SOCK_SEQPACKET`).

use std::io::{Error, ErrorKind, Result};
use std::os::fd::{AsFd, OwnedFd};

use rustix::net::{AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType, recv, send, socketpair};

/// The descriptor on which `machined` finds its end.
pub const MACHINED_FD: i32 = 3;
/// Where `init` leaves the times of its boot steps, as JSON.
pub const BOOT_STEPS: &str = "/run/minos/boot-steps.json";
/// Where `init` leaves which disk and slot the root came from, as JSON.
pub const ROOT_INFO: &str = "/run/minos/root.json";
/// Where `init` keeps what the runner of a container has written to `/etc`: `hostname` and `resolv.conf`.
pub const FROM_RUNNER: &str = "/run/minos/runner";
/// The longest message, in bytes.
const LONGEST: usize = 64;

/// From `init` to `machined`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FromInit {
    /// A process has ended; `status` is that of wait(2).
    Exited {
        /// Its id.
        pid: i32,
        /// As wait(2) reports it.
        status: i32,
    },
    /// Somebody pressed Ctrl-Alt-Del, or the power failed.
    Signal(Asked),
}

/// What a signal to `init` asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// A reboot (Ctrl-Alt-Del, `SIGINT`).
    Reboot,
    /// Power off (`SIGPWR`, `SIGTERM`).
    PowerOff,
}

/// From `machined` to `init`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ToInit {
    /// Stop everything, unmount, power off.
    PowerOff,
    /// Stop everything, unmount, reboot.
    Reboot,
    /// `machined` works: earlier deaths do not count any more.
    Settled,
}

/// One end of the pair.
#[derive(Debug)]
pub struct Channel {
    socket: OwnedFd,
}

/// A message that travels.
trait Message: Sized {
    fn encode(&self) -> String;
    fn decode(text: &str) -> Option<Self>;
}

impl Message for FromInit {
    fn encode(&self) -> String {
        match self {
            FromInit::Exited { pid, status } => format!("exited {pid} {status}"),
            FromInit::Signal(Asked::Reboot) => "asked reboot".to_owned(),
            FromInit::Signal(Asked::PowerOff) => "asked poweroff".to_owned(),
        }
    }

    fn decode(text: &str) -> Option<Self> {
        let words: Vec<&str> = text.split(' ').collect();
        match words.as_slice() {
            ["exited", pid, status] => Some(FromInit::Exited { pid: pid.parse().ok()?, status: status.parse().ok()? }),
            ["asked", "reboot"] => Some(FromInit::Signal(Asked::Reboot)),
            ["asked", "poweroff"] => Some(FromInit::Signal(Asked::PowerOff)),
            _ => None,
        }
    }
}

impl Message for ToInit {
    fn encode(&self) -> String {
        match self {
            ToInit::PowerOff => "poweroff",
            ToInit::Reboot => "reboot",
            ToInit::Settled => "settled",
        }
        .to_owned()
    }

    fn decode(text: &str) -> Option<Self> {
        match text {
            "poweroff" => Some(ToInit::PowerOff),
            "reboot" => Some(ToInit::Reboot),
            "settled" => Some(ToInit::Settled),
            _ => None,
        }
    }
}

impl Channel {
    /// Both ends: `init`'s, closed in children, and `machined`'s, inherited.
    ///
    /// # Errors
    /// When the kernel has no more descriptors.
    pub fn pair() -> Result<(Channel, OwnedFd)> {
        let (ours, theirs) =
            socketpair(AddressFamily::UNIX, SocketType::SEQPACKET, SocketFlags::CLOEXEC | SocketFlags::NONBLOCK, None)?;
        Ok((Channel { socket: ours }, theirs))
    }

    /// The end that a descriptor is.
    pub fn new(socket: OwnedFd) -> Self {
        Self { socket }
    }

    /// For polling.
    pub fn socket(&self) -> &OwnedFd {
        &self.socket
    }

    /// Tells `machined`. A full or closed socket is an error.
    ///
    /// # Errors
    /// As send(2).
    pub fn tell_machined(&self, message: FromInit) -> Result<()> {
        self.send(&message)
    }

    /// Tells `init`.
    ///
    /// # Errors
    /// As send(2).
    pub fn tell_init(&self, message: ToInit) -> Result<()> {
        self.send(&message)
    }

    /// The next message from `machined`, if there is one.
    ///
    /// # Errors
    /// As recv(2); `UnexpectedEof` when the other end is closed.
    pub fn from_machined(&self) -> Result<Option<ToInit>> {
        self.receive()
    }

    /// The next message from `init`, if there is one.
    ///
    /// # Errors
    /// As recv(2); `UnexpectedEof` when the other end is closed.
    pub fn from_init(&self) -> Result<Option<FromInit>> {
        self.receive()
    }

    fn send(&self, message: &impl Message) -> Result<()> {
        send(self.socket.as_fd(), message.encode().as_bytes(), SendFlags::NOSIGNAL)?;
        Ok(())
    }

    fn receive<M: Message>(&self) -> Result<Option<M>> {
        let mut buffer = [0; LONGEST];
        loop {
            match recv(self.socket.as_fd(), &mut buffer, RecvFlags::DONTWAIT) {
                Ok((0, _)) => return Err(ErrorKind::UnexpectedEof.into()),
                Ok((length, _)) => {
                    let text = std::str::from_utf8(&buffer[..length]).ok();
                    let message = text.and_then(M::decode);
                    return message.map(Some).ok_or_else(|| Error::new(ErrorKind::InvalidData, "not a message"));
                }
                Err(rustix::io::Errno::AGAIN) => return Ok(None),
                Err(rustix::io::Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_arrive_whole_and_in_order() {
        let (init, machined) = Channel::pair().expect("a pair");
        let machined = Channel::new(machined);
        assert_eq!(machined.from_init().expect("open"), None);
        init.tell_machined(FromInit::Exited { pid: 7, status: 256 }).expect("sent");
        init.tell_machined(FromInit::Signal(Asked::PowerOff)).expect("sent");
        assert_eq!(machined.from_init().expect("open"), Some(FromInit::Exited { pid: 7, status: 256 }));
        assert_eq!(machined.from_init().expect("open"), Some(FromInit::Signal(Asked::PowerOff)));
        for message in [ToInit::Reboot, ToInit::PowerOff, ToInit::Settled] {
            machined.tell_init(message).expect("sent");
            assert_eq!(init.from_machined().expect("open"), Some(message));
        }
        drop(machined);
        assert_eq!(init.from_machined().expect_err("closed").kind(), ErrorKind::UnexpectedEof);
    }
}
