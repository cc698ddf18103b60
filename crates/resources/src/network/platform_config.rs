//! What the platform says about the network.

use std::net::IpAddr;

use minos_runtime::Spec;
use serde::{Deserialize, Serialize};

use super::{AddressSpec, HostnameSpec, LinkSpec, OperatorSpec, ResolverSpec, RouteSpec, TimeServerSpec};

/// Wishes of the platform, all of the layer `platform`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PlatformConfig {
    /// Addresses.
    pub addresses: Vec<AddressSpec>,
    /// Links.
    pub links: Vec<LinkSpec>,
    /// Routes.
    pub routes: Vec<RouteSpec>,
    /// Names, the first of which counts.
    pub hostnames: Vec<HostnameSpec>,
    /// DNS servers.
    pub resolvers: Vec<ResolverSpec>,
    /// Time servers.
    pub time_servers: Vec<TimeServerSpec>,
    /// Operators.
    pub operators: Vec<OperatorSpec>,
    /// Addresses under which the outside knows the node.
    #[serde(rename = "externalIPs")]
    pub external_ips: Vec<IpAddr>,
}

impl PlatformConfig {
    /// Id of the one that counts; the producer writes it even when the platform says nothing, so that everybody knows
    /// that nothing more is to come.
    pub const ACTIVE: &'static str = "active";
}

impl Spec for PlatformConfig {
    const TYPE: &'static str = "PlatformConfigs.net.talos.dev";
    const NAMESPACE: &'static str = super::NAMESPACE;
}
