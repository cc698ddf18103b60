//! What a DHCP server gives.

use std::net::Ipv4Addr;
use std::time::Duration;

use ipnet::Ipv4Net;
use serde::{Deserialize, Serialize};

/// An address for some time, and what the server says about the network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Lease {
    /// Address with the length of its network.
    pub(crate) address: Ipv4Net,
    /// The server that gave it.
    pub(crate) server: Ipv4Addr,
    /// Routers, the first preferred.
    pub(crate) routers: Vec<Ipv4Addr>,
    /// Routes that replace the routers (RFC 3442): where to and through which router.
    pub(crate) routes: Vec<(Ipv4Net, Ipv4Addr)>,
    /// DNS servers.
    pub(crate) dns_servers: Vec<Ipv4Addr>,
    /// Time servers.
    pub(crate) time_servers: Vec<Ipv4Addr>,
    /// The node's name.
    pub(crate) hostname: Option<String>,
    /// The network's domain.
    pub(crate) domain: Option<String>,
    /// MTU in bytes.
    pub(crate) mtu: Option<u16>,
    /// How long it may be used.
    pub(crate) time: Duration,
    /// When to ask its server again, after the start.
    pub(crate) renew_after: Duration,
    /// When to ask any server, after the start.
    pub(crate) rebind_after: Duration,
}

/// A lease and when it began, on the clock that goes on across restarts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Held {
    /// The lease.
    pub(crate) lease: Lease,
    /// Time since boot at which it was asked for.
    pub(crate) since: Duration,
}

impl Held {
    /// Whether it may still be used at `now`.
    pub(crate) fn is_valid(&self, now: Duration) -> bool {
        now < self.expires()
    }

    /// Until when it may be used.
    pub(crate) fn expires(&self) -> Duration {
        self.since.saturating_add(self.lease.time)
    }
}
