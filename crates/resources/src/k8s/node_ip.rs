//! The node's addresses in Kubernetes.

use std::net::IpAddr;

use crate::declare::resource;

resource! {
    /// Which addresses may be the node's in Kubernetes.
    #[derive(Default)]
    pub struct NodeIpConfig = "NodeIPConfigs.kubernetes.talos.dev" in super::NAMESPACE => {
        /// Subnets to choose from; `!` before one excludes it.
        1 "validSubnets" => valid_subnets: Vec<String> [omitempty],
        /// Subnets never to choose from.
        2 "excludeSubnets" => exclude_subnets: Vec<String>,
    }
}

impl NodeIpConfig {
    /// Id of the only one.
    pub const ID: &'static str = "kubelet";
}

resource! {
    /// The node's addresses in Kubernetes, at most one of each family.
    #[derive(Default)]
    pub struct NodeIp = "NodeIPs.kubernetes.talos.dev" in super::NAMESPACE => {
        /// The addresses.
        1 "addresses" => addresses: Vec<IpAddr>,
    }
}

impl NodeIp {
    /// Id of the only one.
    pub const ID: &'static str = "kubelet";
}
