//! The kernel boundary of the network: links, addresses, routes, their changes, and the sockets of a DHCP client.
//!
//! In: plain values. Out: what the kernel lists, and a stream that says what may have changed. Each ability is a small
//! trait with a Linux implementation ([`LinuxNetwork`]) and, with the feature `fake`, an in-memory model of the kernel
//! (`FakeKernel`) on which the same contract tests run. Used by the domain crate `network`; decides nothing.

mod address;
mod dhcp;
mod error;
mod event;
mod link;
mod linux;
mod mac;
mod node;
mod route;

#[cfg(feature = "fake")]
mod fake;

pub use address::{Address, AddressFlags, Addresses, NewAddress, Scope};
pub use dhcp::{DhcpSocket, DhcpSockets, SocketFuture};
pub use error::NetError;
pub use event::{EventStream, NetEvent, NetEvents};
pub use link::{Link, LinkFlags, LinkIndex, LinkKind, LinkLayer, Links, OperState};
pub use linux::{FileRecords, LinuxNetwork};
pub use mac::MacAddr;
pub use node::{Hostname, Records};
pub use route::{Route, RouteKind, RouteProtocol, Routes};

#[cfg(feature = "fake")]
pub use fake::{FakeKernel, FakeSocket};
