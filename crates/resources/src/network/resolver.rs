//! DNS servers.

use std::net::IpAddr;

use super::ConfigLayer;
use crate::declare::resource;

resource! {
    /// The DNS servers that the node should ask.
    #[derive(Eq, Default)]
    pub struct ResolverSpec = "ResolverSpecs.net.talos.dev" in super::NAMESPACE => {
        /// Servers, the first preferred.
        1 "dnsServers" => dns_servers: Vec<IpAddr>,
        /// Who wishes them.
        2 "layer" => layer: ConfigLayer,
        /// Domains in which short names are looked up.
        3 "searchDomains" => search_domains: Vec<String> [omitempty],
    }
    columns: ["Layer" => "{.layer}", "Resolvers" => "{.dnsServers}", "Search Domains" => "{.searchDomains}"];
}

resource! {
    /// The DNS servers that the node asks.
    #[derive(Eq, Default)]
    pub struct ResolverStatus = "ResolverStatuses.net.talos.dev" in super::NAMESPACE => {
        /// Servers, the first preferred.
        1 "dnsServers" => dns_servers: Vec<IpAddr>,
        /// Domains in which short names are looked up.
        2 "searchDomains" => search_domains: Vec<String>,
    }
    aliases: ["resolvers"];
    columns: ["Resolvers" => "{.dnsServers}", "Search Domains" => "{.searchDomains}"];
}

impl ResolverSpec {
    /// Id of the only one, behind the layer in `network-config`.
    pub const ID: &'static str = "resolvers";
}

impl ResolverStatus {
    /// Id of the only one.
    pub const ID: &'static str = "resolvers";
}
