//! What the kinds of links have in common.

use std::net::IpAddr;

use ipnet::IpNet;

use super::Whole;
use crate::{
    schema::{RoutingTable, section},
    validate::Check,
};

/// Kinds that make or configure a link under their name.
const LINK_KINDS: [&str; 7] =
    ["BondConfig", "BridgeConfig", "DummyLinkConfig", "LinkConfig", "VLANConfig", "VRFConfig", "WireguardConfig"];

section! {
    /// What the kinds of links have in common.
    pub struct LinkCommon {
        /// The link is up.
        "up" => up: Option<bool> [default("true")],
        /// The longest packet, in bytes.
        "mtu" => mtu: u32 [default("what the driver says, mostly 1500")] [example("9000")],
        /// Its static addresses.
        "addresses" => addresses: Vec<LinkAddress>,
        /// Static routes through it.
        "routes" => routes: Vec<LinkRoute>,
        /// It sends and receives multicast.
        "multicast" => multicast: Option<bool> [since("v1.13")],
    }
}

section! {
    /// A static address.
    pub struct LinkAddress {
        /// The address with the length of its network.
        "address" => address: Option<IpNet> [required] [example("10.5.0.2/24")],
        /// Priority of the routes that the address brings; smaller wins.
        "routePriority" => route_priority: Option<u32> [example("1024")],
    }
}

section! {
    /// A static route.
    pub struct LinkRoute {
        /// Where to.
        "destination" => destination: Option<IpNet> [default("everywhere, in the family of the gateway")]
            [example("10.0.0.0/8")],
        /// The next hop; without it the destination is on the link itself.
        "gateway" => gateway: Option<IpAddr> [example("10.5.0.1")],
        /// The address that packets are sent from.
        "source" => source: Option<IpAddr> [example("10.5.0.2")],
        /// Its priority; smaller wins.
        "metric" => metric: u32 [default("1024")] [example("2048")],
        /// The longest packet on this way, in bytes.
        "mtu" => mtu: u32 [example("1400")],
        /// The routing table that it stands in.
        "table" => table: Option<RoutingTable> [default("main")] [example("100")],
    }
}

impl LinkCommon {
    /// Checks the link `name`, which a document of this kind is about.
    pub(super) fn check(&self, kind: &str, name: &str, whole: &Whole<'_>, check: &mut Check) {
        whole.exclude_namesakes(kind, name, &LINK_KINDS, check);
        for (index, address) in self.addresses.iter().enumerate() {
            let given = address.address.is_none_or(|address| !address.addr().is_unspecified());
            check.require(given, format!("addresses/{index}/address"), "wanted an address of one machine");
        }
        for (index, route) in self.routes.iter().enumerate() {
            let place = format!("routes/{index}");
            let everywhere = route.destination.is_some_and(|destination| destination.addr().is_unspecified());
            check.require(!everywhere, format!("{place}/destination"), "leave it out for a route to everywhere");
            for (key, address) in [("gateway", route.gateway), ("source", route.source)] {
                let given = address.is_none_or(|address| !address.is_unspecified());
                check.require(given, format!("{place}/{key}"), "wanted an address of one machine");
            }
        }
    }
}
