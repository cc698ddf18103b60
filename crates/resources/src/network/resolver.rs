//! DNS servers.

use std::net::IpAddr;

use minos_runtime::{Column, Spec};
use serde::{Deserialize, Serialize};

use super::ConfigLayer;
use crate::wire::text::is_default;

/// The DNS servers that the node should ask.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ResolverSpec {
    /// Servers, the first preferred.
    pub dns_servers: Vec<IpAddr>,
    /// Who wishes them.
    pub layer: ConfigLayer,
    /// Domains in which short names are looked up.
    #[serde(default, skip_serializing_if = "is_default")]
    pub search_domains: Vec<String>,
}

/// The DNS servers that the node asks.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ResolverStatus {
    /// Servers, the first preferred.
    pub dns_servers: Vec<IpAddr>,
    /// Domains in which short names are looked up.
    pub search_domains: Vec<String>,
}

impl ResolverSpec {
    /// Id of the only one, behind the layer in `network-config`.
    pub const ID: &'static str = "resolvers";
}

impl ResolverStatus {
    /// Id of the only one.
    pub const ID: &'static str = "resolvers";
}

impl Spec for ResolverSpec {
    const TYPE: &'static str = "ResolverSpecs.net.talos.dev";
    const NAMESPACE: &'static str = super::NAMESPACE;
}

impl Spec for ResolverStatus {
    const TYPE: &'static str = "ResolverStatuses.net.talos.dev";
    const NAMESPACE: &'static str = super::NAMESPACE;
    const ALIASES: &'static [&'static str] = &["resolvers"];
    const COLUMNS: &'static [Column] =
        &[Column::new("Resolvers", "{.dnsServers}"), Column::new("Search Domains", "{.searchDomains}")];
}
