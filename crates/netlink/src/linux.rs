//! The Linux implementation of every trait of this crate.

mod addresses;
mod events;
mod links;
mod node;
mod packet;
mod routes;
mod socket;

pub use node::FileRecords;

/// The network namespace of the calling thread's process, through rtnetlink. Stateless: each call opens its own socket,
/// so it may be used from any thread.
#[derive(Debug, Clone, Copy, Default)]
pub struct LinuxNetwork;
