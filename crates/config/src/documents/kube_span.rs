use ipnet::IpNet;

use crate::{
    documents::{Kind, V1Alpha1, Whole},
    schema::{Effect, section},
    validate::{Check, address},
};

/// The shortest packet that IPv6 allows a link to be limited to.
const LEAST_MTU: u32 = 1280;

section! {
    /// An encrypted mesh between the nodes of the cluster. It needs discovery.
    pub struct KubeSpanConfig {
        /// Whether it runs.
        "enabled" => enabled: Option<bool> [default("false")] [example("true")],
        /// Pods of different nodes talk through the mesh; else the network plug-in takes care of them.
        "advertiseKubernetesNetworks" => advertise_kubernetes_networks: Option<bool> [default("false")],
        /// Packets to a node that the mesh does not reach take the plain way, not encrypted.
        "allowDownPeerBypass" => allow_down_peer_bypass: Option<bool> [default("false")],
        /// The nodes tell each other where they have seen others. Not for more than about 50 nodes.
        "harvestExtraEndpoints" => harvest_extra_endpoints: Option<bool> [default("false")],
        /// The longest packet, in bytes. At least 1280.
        "mtu" => mtu: Option<u32> [default("1420")] [example("1380")],
        /// What this node tells the others.
        "filters" => filters: Option<KubeSpanFilter>,
    }
}

section! {
    /// What a node tells the others.
    pub struct KubeSpanFilter {
        /// Which of its addresses it can be reached at; `!` before a network excludes it.
        "endpoints" => endpoints: Vec<String> [default("all")] [example("[0.0.0.0/0, \"!192.168.0.0/16\"]")],
        /// Networks that are not reached through it.
        "excludeAdvertisedNetworks" => exclude_advertised_networks: Vec<IpNet> [example("[192.168.1.0/24]")] [since("v1.13")],
    }
}

impl Kind for KubeSpanConfig {
    const EFFECT: Effect = Effect::Idle;
    const SINCE: &'static str = "v1.13";

    fn check(&self, whole: &Whole<'_>, check: &mut Check) {
        check.require(self.mtu.is_none_or(|mtu| mtu >= LEAST_MTU), "mtu", format!("wanted at least {LEAST_MTU}"));
        for (index, filter) in self.filters.iter().flat_map(|filters| &filters.endpoints).enumerate() {
            let place = format!("filters/endpoints/{index}");
            check.require(address::is_filter(filter), place, "wanted an address or network, ! before it excludes it");
        }
        let old = |main: &V1Alpha1| Some(main.machine.as_ref()?.network.as_ref()?.kubespan.is_some());
        whole.exclude_old("machine.network.kubespan", |main| old(main) == Some(true), check);
    }
}
