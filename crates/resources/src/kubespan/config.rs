//! How the mesh should be.

use std::net::SocketAddr;

use ipnet::IpNet;
use minos_pki::Secret;

use crate::declare::resource;

resource! {
    /// How the mesh should be.
    #[derive(Default, Eq)]
    pub struct KubeSpanConfig = "KubeSpanConfigs.kubespan.talos.dev" in "config" => {
        /// Whether there is one.
        1 "enabled" => enabled: bool,
        /// Id of the cluster.
        2 "clusterId" => cluster_id: String,
        /// Secret of the cluster, from which the peers' shared key follows.
        3 "sharedSecret" => shared_secret: Secret,
        /// Whether traffic to peers goes through the mesh although it is down.
        4 "forceRouting" => force_routing: bool,
        /// Whether pods' networks are advertised.
        5 "advertiseKubernetesNetworks" => advertise_kubernetes_networks: bool,
        /// MTU of the link.
        6 "mtu" => mtu: u32 [omitempty],
        /// Which of the node's addresses are advertised.
        7 "endpointFilters" => endpoint_filters: Vec<String> [omitempty],
        /// Whether peers' endpoints are passed on.
        8 "harvestExtraEndpoints" => harvest_extra_endpoints: bool,
        /// Further endpoints of this node.
        9 "extraEndpoints" => extra_endpoints: Vec<SocketAddr> [omitempty],
        /// Networks that are not advertised.
        10 "excludeAdvertisedNetworks" => exclude_advertised_networks: Vec<IpNet> [omitempty],
    }
    sensitive: true;
}
