//! Routes, wished and seen.

use std::net::IpAddr;

use ipnet::IpNet;

use super::{ConfigLayer, Family, RouteFlags, RouteProtocol, RouteType, RoutingTable, Scope};
use crate::declare::resource;
use crate::wire::text;

/// The metric of a route that nobody gave one.
pub const DEFAULT_ROUTE_METRIC: u32 = 1024;

resource! {
    /// A route that there should be.
    #[derive(Eq, Hash)]
    pub struct RouteSpec = "RouteSpecs.net.talos.dev" in super::NAMESPACE => {
        /// Family.
        1 "family" => family: Family,
        /// Where to; absent for the default route.
        #[serde(with = "crate::wire::text")]
        2 "dst" => destination: Option<IpNet>,
        /// Address that packets get as their source.
        #[serde(with = "crate::wire::text")]
        3 "src" => source: Option<IpAddr>,
        /// Next hop.
        #[serde(with = "crate::wire::text")]
        4 "gateway" => gateway: Option<IpAddr>,
        /// Link that packets leave by.
        5 "outLinkName" => out_link_name: String [omitempty],
        /// Table.
        6 "table" => table: RoutingTable,
        /// Metric.
        7 "priority" => priority: u32 [omitempty],
        /// Scope.
        8 "scope" => scope: Scope,
        /// What it does.
        9 "type" => route_type: RouteType,
        /// Flags.
        10 "flags" => flags: RouteFlags,
        /// Who made it.
        11 "protocol" => protocol: RouteProtocol,
        /// Who wishes it.
        12 "layer" => layer: ConfigLayer,
        /// MTU towards the destination; 0 leaves it.
        13 "mtu" => mtu: u32 [omitempty],
    }
}

resource! {
    /// A route that the kernel lists.
    #[derive(Eq)]
    pub struct RouteStatus = "RouteStatuses.net.talos.dev" in super::NAMESPACE => {
        /// Family.
        1 "family" => family: Family,
        /// Where to; absent for the default route.
        #[serde(with = "crate::wire::text")]
        2 "dst" => destination: Option<IpNet>,
        /// Address that packets get as their source.
        #[serde(with = "crate::wire::text")]
        3 "src" => source: Option<IpAddr>,
        /// Next hop.
        #[serde(with = "crate::wire::text")]
        4 "gateway" => gateway: Option<IpAddr>,
        /// Number of the link that packets leave by.
        5 "outLinkIndex" => out_link_index: u32 [omitempty],
        /// Name of the link that packets leave by.
        6 "outLinkName" => out_link_name: String [omitempty],
        /// Table.
        7 "table" => table: RoutingTable,
        /// Metric.
        8 "priority" => priority: u32,
        /// Scope.
        9 "scope" => scope: Scope,
        /// What it does.
        10 "type" => route_type: RouteType,
        /// Flags.
        11 "flags" => flags: RouteFlags,
        /// Who made it.
        12 "protocol" => protocol: RouteProtocol,
        /// MTU towards the destination.
        13 "mtu" => mtu: u32 [omitempty],
    }
    aliases: ["route", "routes"];
    columns: [
        "Destination" => "{.dst}",
        "Gateway" => "{.gateway}",
        "Link" => "{.outLinkName}",
        "Metric" => "{.priority}",
    ];
}

/// What tells two routes apart.
#[derive(Debug, Clone, Copy)]
pub struct RouteKey<'a> {
    /// Table.
    pub table: RoutingTable,
    /// Family.
    pub family: Family,
    /// Where to.
    pub destination: Option<IpNet>,
    /// Next hop.
    pub gateway: Option<IpAddr>,
    /// Metric.
    pub priority: u32,
    /// Link that packets leave by.
    pub out_link_name: &'a str,
}

impl RouteKey<'_> {
    /// Id of the route: `inet4/10.5.0.1//1024` is a default route.
    pub fn id(&self) -> String {
        let table = if self.table == RoutingTable::MAIN { String::new() } else { format!("{}/", self.table) };
        let link = if self.family == Family::INET6 { format!("{}/", self.out_link_name) } else { String::new() };
        let (gateway, to) = (text::of(self.gateway.as_ref()), text::of(self.destination.as_ref()));
        format!("{table}{link}{}/{gateway}/{to}/{}", self.family, self.priority)
    }
}

impl RouteSpec {
    /// A route in the main table; its scope and family follow from where it goes.
    pub fn new(
        link: impl Into<String>,
        destination: Option<IpNet>,
        gateway: Option<IpAddr>,
        layer: ConfigLayer,
    ) -> Self {
        let address = gateway.or_else(|| destination.map(|to| to.addr()));
        let family = address.map_or(Family::INET4, Family::of);
        let destination = destination.filter(|to| to.prefix_len() != 0 || !to.addr().is_unspecified());
        let gateway = gateway.filter(|gateway| !gateway.is_unspecified());
        Self {
            family,
            destination,
            source: None,
            gateway,
            out_link_name: link.into(),
            table: RoutingTable::MAIN,
            priority: DEFAULT_ROUTE_METRIC,
            scope: match (gateway, destination) {
                (None, Some(to)) if !to.addr().is_loopback() => Scope::LINK,
                (_, Some(to)) if to.addr().is_loopback() => Scope::HOST,
                _ => Scope::GLOBAL,
            },
            route_type: RouteType::UNICAST,
            flags: RouteFlags::default(),
            protocol: RouteProtocol::STATIC,
            layer,
            mtu: 0,
        }
    }

    /// Id, without the layer.
    pub fn id(&self) -> String {
        let Self { table, family, destination, gateway, priority, .. } = *self;
        RouteKey { table, family, destination, gateway, priority, out_link_name: &self.out_link_name }.id()
    }
}

impl RouteStatus {
    /// Id.
    pub fn id(&self) -> String {
        let Self { table, family, destination, gateway, priority, .. } = *self;
        RouteKey { table, family, destination, gateway, priority, out_link_name: &self.out_link_name }.id()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_tell_routes_apart() {
        let gateway = "10.5.0.1".parse().ok();
        let default = RouteSpec::new("eth0", None, gateway, ConfigLayer::Operator);
        assert_eq!(default.id(), "inet4/10.5.0.1//1024");
        assert_eq!(default.scope, Scope::GLOBAL);
        let spelled = RouteSpec::new("eth0", "0.0.0.0/0".parse().ok(), gateway, ConfigLayer::Operator);
        assert_eq!(spelled, default);
        let near = RouteSpec::new("eth0", "10.9.0.0/16".parse().ok(), None, ConfigLayer::Configuration);
        assert_eq!((near.id().as_str(), near.scope), ("inet4//10.9.0.0/16/1024", Scope::LINK));
        let six = RouteSpec::new("eth0", None, "fe80::1".parse().ok(), ConfigLayer::Configuration);
        assert_eq!(six.id(), "eth0/inet6/fe80::1//1024");
        let elsewhere = RouteSpec { table: RoutingTable(42), ..near };
        assert_eq!(elsewhere.id(), "42/inet4//10.9.0.0/16/1024");
    }
}
