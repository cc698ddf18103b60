//! The line to PID 1.

use std::os::fd::{AsFd as _, AsRawFd as _};

use minos_services::Exits;
use minos_sys::pid1::{Asked, Channel, FromInit, MACHINED_FD, ToInit};
use minos_sys::{PowerAction, Readiness};

use crate::power::{Power, PowerRequest};
use crate::sequence;

/// The socket to `init`.
#[derive(Debug)]
pub struct InitLine {
    channel: Channel,
}

impl InitLine {
    /// The socket that `init` has left on descriptor 3; `None` when this is not a node.
    pub fn open() -> Option<Self> {
        // A duplicate of the descriptor, by name: so that nothing unsafe is needed to own it.
        let link = format!("/proc/self/fd/{MACHINED_FD}");
        let is_socket = std::fs::read_link(link).is_ok_and(|target| target.to_string_lossy().starts_with("socket:"));
        let socket = if is_socket { minos_sys::inherited(MACHINED_FD) } else { None };
        socket.map(|socket| Self { channel: Channel::new(socket) })
    }

    /// Asks `init` for something.
    pub fn tell(&self, message: ToInit) {
        if let Err(error) = self.channel.tell_init(message) {
            tracing::error!(%error, ?message, "init does not listen");
        }
    }

    /// Passes on what `init` says, until it says no more.
    pub async fn listen(&self, exits: &Exits, power: &Power) {
        let duplicate = self.channel.socket().as_fd().try_clone_to_owned();
        let Ok(socket) = duplicate.and_then(Readiness::of) else {
            tracing::error!(fd = self.channel.socket().as_raw_fd(), "cannot listen to init");
            return;
        };
        loop {
            match self.channel.from_init() {
                Ok(Some(FromInit::Exited { pid, status })) => exits.note(pid, status),
                Ok(Some(FromInit::Signal(asked))) => {
                    let action = match asked {
                        Asked::Reboot => PowerAction::Reboot,
                        Asked::PowerOff => PowerAction::Off,
                    };
                    power.ask(PowerRequest { action, force: false, actor: sequence::actor() });
                }
                Ok(None) => {
                    if let Err(error) = socket.readable().await {
                        tracing::error!(%error, "the line to init is broken");
                        return;
                    }
                }
                Err(error) => {
                    tracing::error!(%error, "the line to init is broken");
                    return;
                }
            }
        }
    }
}
