//! Host DNS: a cache in front of the node's DNS servers, for the machine's programs and for the cluster's DNS.
//!
//! In: the machine configuration and the node's resolvers. Out: listeners on 127.0.0.53 and, when the cluster's DNS
//! forwards to it, on 169.254.116.108; the resources `HostDNSConfigs`, `DNSUpstreams`, `DNSResolveCaches`.
//! Everything that decides works on messages in memory: sockets are behind a trait. The files that name these
//! listeners to the machine's programs and to pods are written in `etc_file.rs`.
//!
//! One cache and one list of servers serve all listeners. Questions in flight, connections, kept answers and the time
//! of each are bounded, so that no client can make the process large.

mod cache;
mod config;
mod connections;
mod listeners;
mod message;
mod resolver;
mod server;
mod sockets;
mod upstream;
mod upstreams;

#[cfg(test)]
mod fakes;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use minos_runtime::Controller;

use crate::Deps;
use resolver::Resolver;

#[cfg(test)]
pub(crate) use fakes::FreePorts;
pub(crate) use sockets::{DnsSockets, HostSockets};

pub(crate) fn controllers(deps: &Deps) -> Vec<Box<dyn Controller>> {
    let resolver = Resolver::new(Arc::clone(&deps.dns));
    let sockets = Arc::clone(&deps.dns);
    vec![
        Box::new(config::Config),
        Box::new(upstreams::Apply { resolver: resolver.clone() }),
        Box::new(listeners::Apply::new(resolver, sockets)),
    ]
}
