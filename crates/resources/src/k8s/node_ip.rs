//! The node's addresses in Kubernetes.

use std::net::IpAddr;

use minos_runtime::Spec;
use serde::{Deserialize, Serialize};

/// Which addresses may be the node's in Kubernetes.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NodeIpConfig {
    /// Subnets to choose from; `!` before one excludes it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub valid_subnets: Vec<String>,
    /// Subnets never to choose from.
    pub exclude_subnets: Vec<String>,
}

impl NodeIpConfig {
    /// Id of the only one.
    pub const ID: &'static str = "kubelet";
}

impl Spec for NodeIpConfig {
    const TYPE: &'static str = "NodeIPConfigs.kubernetes.talos.dev";
    const NAMESPACE: &'static str = super::NAMESPACE;
}

/// The node's addresses in Kubernetes, at most one of each family.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct NodeIp {
    /// The addresses.
    pub addresses: Vec<IpAddr>,
}

impl NodeIp {
    /// Id of the only one.
    pub const ID: &'static str = "kubelet";
}

impl Spec for NodeIp {
    const TYPE: &'static str = "NodeIPs.kubernetes.talos.dev";
    const NAMESPACE: &'static str = super::NAMESPACE;
}
