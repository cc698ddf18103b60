//! The addresses by which the node is known.

use std::net::IpAddr;

use ipnet::IpNet;

use super::AddressSortAlgorithm;
use crate::declare::resource;

resource! {
    /// Addresses of the node; the id says which.
    #[derive(Eq, Default)]
    pub struct NodeAddress = "NodeAddresses.net.talos.dev" in super::NAMESPACE => {
        /// Addresses with the lengths of their networks, in order.
        1 "addresses" => addresses: Vec<IpNet>,
        /// How they are put in order.
        2 "sortAlgorithm" => sort_algorithm: AddressSortAlgorithm,
    }
    columns: ["Addresses" => "{.addresses}", "SortAlgorithm" => "{.sortAlgorithm}"];
}

resource! {
    /// Selects among the node's addresses; an id `no-k8s` makes `current-no-k8s` and its like.
    #[derive(Eq, Default)]
    pub struct NodeAddressFilter = "NodeAddressFilters.net.talos.dev" in super::NAMESPACE => {
        /// Only addresses in these; all when empty.
        1 "includeSubnets" => include_subnets: Vec<IpNet>,
        /// No addresses in these.
        2 "excludeSubnets" => exclude_subnets: Vec<IpNet>,
    }
    columns: ["Include Subnets" => "{.includeSubnets}", "Exclude Subnets" => "{.excludeSubnets}"];
}

resource! {
    /// How the node's addresses are put in order.
    #[derive(Eq, Default)]
    pub struct NodeAddressSortAlgorithm = "NodeAddressSortAlgorithms.net.talos.dev" in super::NAMESPACE => {
        /// The algorithm.
        1 "algorithm" => algorithm: AddressSortAlgorithm,
    }
    columns: ["Algorithm" => "{.algorithm}"];
}

impl NodeAddress {
    /// The one address that stands for the node.
    pub const DEFAULT: &'static str = "default";
    /// Those on links that are up.
    pub const CURRENT: &'static str = "current";
    /// Those of them that others may reach.
    pub const ROUTED: &'static str = "routed";
    /// All that there ever were since boot.
    pub const ACCUMULATIVE: &'static str = "accumulative";

    /// Id of the addresses `kind` that pass the filter `filter`.
    pub fn filtered_id(kind: &str, filter: &str) -> String {
        format!("{kind}-{filter}")
    }

    /// The addresses alone, each once.
    pub fn ips(&self) -> Vec<IpAddr> {
        let mut ips = Vec::with_capacity(self.addresses.len());
        for ip in self.addresses.iter().map(IpNet::addr) {
            if !ips.contains(&ip) {
                ips.push(ip);
            }
        }
        ips
    }
}

impl NodeAddressFilter {
    /// Id of the filter that leaves out the addresses of Kubernetes' pods and services.
    pub const NO_K8S: &'static str = "no-k8s";
    /// Id of the filter that leaves only those.
    pub const ONLY_K8S: &'static str = "only-k8s";
}

impl NodeAddressSortAlgorithm {
    /// Id of the only one.
    pub const ID: &'static str = "default";
}
