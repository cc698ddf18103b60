//! DHCP for IPv4: the client as a pure state machine, its messages, and what a lease means for the node.

mod client;
mod lease;
mod message;
mod task;
mod wishes;

pub(crate) use message::Identity;
pub(crate) use task::{Leases, Start};
pub(crate) use wishes::Wishes;
