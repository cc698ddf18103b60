//! The contract with the outside: messages and services of the node's API, who may call what, and a client.
//!
//! `proto/` holds the definitions; the build turns them into one module per package, re-exported here under the package's
//! name. [`roles`] answers who may call a method, from the option that stands beside the method. With the feature `client`,
//! [`client`] reads client configuration files and opens channels to nodes.
#![forbid(unsafe_code)]

pub mod descriptor;
pub mod roles;

#[cfg(feature = "client")]
pub mod client;

pub use packages::{cluster, common, cosi, google, inspect, machine, securityapi, storage, time};

/// Largest message that a node sends or takes.
pub const MAX_MESSAGE_BYTES: usize = 32 << 20;

#[allow(missing_docs, dead_code, rustdoc::all, clippy::all)]
mod packages {
    include!(concat!(env!("OUT_DIR"), "/packages.rs"));
}
