//! The gateway process of a node.
//!
//! In: its certificates, read from the machine's resources over a socket, and calls from outside. Out: the same calls,
//! with the caller's roles in their metadata, on the machine's socket or on other nodes' gateways. Messages are passed on
//! as they are; only when the caller names several nodes are replies opened, to say which node each came from.

mod backend;
mod body;
mod certificates;
mod fanout;
mod frames;
mod listener;
mod names;
mod peer;
mod proxy;
mod route;
mod run;
mod runtime_socket;
mod tls;

pub use run::{Options, run, serve};

#[cfg(test)]
mod tests;
