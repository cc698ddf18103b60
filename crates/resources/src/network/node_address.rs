//! The addresses by which the node is known.

use std::net::IpAddr;

use ipnet::IpNet;
use minos_runtime::{Column, Spec};
use serde::{Deserialize, Serialize};

use super::AddressSortAlgorithm;

/// Addresses of the node; the id says which.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NodeAddress {
    /// Addresses with the lengths of their networks, in order.
    pub addresses: Vec<IpNet>,
    /// How they are put in order.
    pub sort_algorithm: AddressSortAlgorithm,
}

/// Selects among the node's addresses; an id `no-k8s` makes `current-no-k8s` and its like.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NodeAddressFilter {
    /// Only addresses in these; all when empty.
    pub include_subnets: Vec<IpNet>,
    /// No addresses in these.
    pub exclude_subnets: Vec<IpNet>,
}

/// How the node's addresses are put in order.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct NodeAddressSortAlgorithm {
    /// The algorithm.
    pub algorithm: AddressSortAlgorithm,
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

impl Spec for NodeAddress {
    const TYPE: &'static str = "NodeAddresses.net.talos.dev";
    const NAMESPACE: &'static str = super::NAMESPACE;
    const COLUMNS: &'static [Column] =
        &[Column::new("Addresses", "{.addresses}"), Column::new("SortAlgorithm", "{.sortAlgorithm}")];
}

impl Spec for NodeAddressFilter {
    const TYPE: &'static str = "NodeAddressFilters.net.talos.dev";
    const NAMESPACE: &'static str = super::NAMESPACE;
    const COLUMNS: &'static [Column] =
        &[Column::new("Include Subnets", "{.includeSubnets}"), Column::new("Exclude Subnets", "{.excludeSubnets}")];
}

impl Spec for NodeAddressSortAlgorithm {
    const TYPE: &'static str = "NodeAddressSortAlgorithms.net.talos.dev";
    const NAMESPACE: &'static str = super::NAMESPACE;
    const COLUMNS: &'static [Column] = &[Column::new("Algorithm", "{.algorithm}")];
}
