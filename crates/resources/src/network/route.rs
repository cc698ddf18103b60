//! Routes, wished and seen.

use std::net::IpAddr;

use ipnet::IpNet;
use minos_runtime::{Column, Spec};
use serde::{Deserialize, Serialize};

use super::{ConfigLayer, Family, RouteFlags, RouteProtocol, RouteType, RoutingTable, Scope};
use crate::wire::text::{self, is_default};

/// The metric of a route that nobody gave one.
pub const DEFAULT_ROUTE_METRIC: u32 = 1024;

/// A route that there should be.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RouteSpec {
    /// Family.
    pub family: Family,
    /// Where to; absent for the default route.
    #[serde(rename = "dst", with = "text")]
    pub destination: Option<IpNet>,
    /// Address that packets get as their source.
    #[serde(rename = "src", with = "text")]
    pub source: Option<IpAddr>,
    /// Next hop.
    #[serde(with = "text")]
    pub gateway: Option<IpAddr>,
    /// Link that packets leave by.
    #[serde(default, skip_serializing_if = "is_default")]
    pub out_link_name: String,
    /// Table.
    pub table: RoutingTable,
    /// Metric.
    #[serde(default, skip_serializing_if = "is_default")]
    pub priority: u32,
    /// Scope.
    pub scope: Scope,
    /// What it does.
    #[serde(rename = "type")]
    pub route_type: RouteType,
    /// Flags.
    pub flags: RouteFlags,
    /// Who made it.
    pub protocol: RouteProtocol,
    /// Who wishes it.
    pub layer: ConfigLayer,
    /// MTU towards the destination; 0 leaves it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub mtu: u32,
}

/// A route that the kernel lists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RouteStatus {
    /// Family.
    pub family: Family,
    /// Where to; absent for the default route.
    #[serde(rename = "dst", with = "text")]
    pub destination: Option<IpNet>,
    /// Address that packets get as their source.
    #[serde(rename = "src", with = "text")]
    pub source: Option<IpAddr>,
    /// Next hop.
    #[serde(with = "text")]
    pub gateway: Option<IpAddr>,
    /// Number of the link that packets leave by.
    #[serde(default, skip_serializing_if = "is_default")]
    pub out_link_index: u32,
    /// Name of the link that packets leave by.
    #[serde(default, skip_serializing_if = "is_default")]
    pub out_link_name: String,
    /// Table.
    pub table: RoutingTable,
    /// Metric.
    pub priority: u32,
    /// Scope.
    pub scope: Scope,
    /// What it does.
    #[serde(rename = "type")]
    pub route_type: RouteType,
    /// Flags.
    pub flags: RouteFlags,
    /// Who made it.
    pub protocol: RouteProtocol,
    /// MTU towards the destination.
    #[serde(default, skip_serializing_if = "is_default")]
    pub mtu: u32,
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

impl Spec for RouteSpec {
    const TYPE: &'static str = "RouteSpecs.net.talos.dev";
    const NAMESPACE: &'static str = super::NAMESPACE;
}

impl Spec for RouteStatus {
    const TYPE: &'static str = "RouteStatuses.net.talos.dev";
    const NAMESPACE: &'static str = super::NAMESPACE;
    const ALIASES: &'static [&'static str] = &["route", "routes"];
    const COLUMNS: &'static [Column] = &[
        Column::new("Destination", "{.dst}"),
        Column::new("Gateway", "{.gateway}"),
        Column::new("Link", "{.outLinkName}"),
        Column::new("Metric", "{.priority}"),
    ];
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
