//! What the platform says about the network.

use std::net::IpAddr;

use super::{
    AddressSpec, HostnameSpec, LinkSpec, OperatorSpec, ProbeSpec, ResolverSpec, RouteSpec, TimeServerSpec, VipOperator,
    Wireguard,
};
use crate::declare::resource;
use crate::runtime::PlatformMetadata;

resource! {
    /// Wishes of the platform, all of the layer `platform`.
    #[derive(Eq, Default)]
    pub struct PlatformConfig = "PlatformConfigs.net.talos.dev" in super::NAMESPACE => {
        /// Addresses.
        1 "addresses" => addresses: Vec<AddressSpec>,
        /// Links.
        2 "links" => links: Vec<LinkSpec>,
        /// Routes.
        3 "routes" => routes: Vec<RouteSpec>,
        /// Names, the first of which counts.
        4 "hostnames" => hostnames: Vec<HostnameSpec>,
        /// DNS servers.
        5 "resolvers" => resolvers: Vec<ResolverSpec>,
        /// Time servers.
        6 "timeServers" => time_servers: Vec<TimeServerSpec>,
        /// Operators.
        7 "operators" => operators: Vec<OperatorSpec>,
        /// Addresses under which the outside knows the node.
        8 "externalIPs" => external_ips: Vec<IpAddr>,
        /// Probes.
        9 "probes" => probes: Vec<ProbeSpec> [omitempty],
        /// What the platform says about the machine.
        10 "metadata" => metadata: Option<PlatformMetadata> [omitempty],
    }
    redacted: PlatformConfig::without_secrets;
}

impl PlatformConfig {
    /// Id of the one that counts; the producer writes it even when the platform says nothing, so that everybody knows
    /// that nothing more is to come.
    pub const ACTIVE: &'static str = "active";

    /// The same without the keys of links and the tokens of operators, whose own types are sensitive.
    fn without_secrets(&self) -> Self {
        let mut redacted = self.clone();
        redacted.links.iter_mut().filter_map(|link| link.wireguard.as_mut()).for_each(Wireguard::hide_keys);
        redacted.operators.iter_mut().filter_map(|operator| operator.vip.as_mut()).for_each(VipOperator::hide_tokens);
        redacted
    }
}
