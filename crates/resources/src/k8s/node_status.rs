//! The node as Kubernetes sees it.

use std::collections::BTreeMap;

use ipnet::IpNet;
use minos_runtime::{Column, Spec};
use serde::{Deserialize, Serialize};

/// The node as Kubernetes sees it; the id is its name.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NodeStatus {
    /// Its name.
    pub nodename: String,
    /// Whether it is ready.
    pub node_ready: bool,
    /// Whether it takes no new pods.
    pub unschedulable: bool,
    /// Labels.
    pub labels: BTreeMap<String, String>,
    /// Annotations.
    pub annotations: BTreeMap<String, String>,
    /// The pods' subnets on this node.
    #[serde(rename = "podCIDRs")]
    pub pod_cidrs: Vec<IpNet>,
}

impl Spec for NodeStatus {
    const TYPE: &'static str = "NodeStatuses.kubernetes.talos.dev";
    const NAMESPACE: &'static str = super::NAMESPACE;
    const COLUMNS: &'static [Column] =
        &[Column::new("Ready", "{.nodeReady}"), Column::new("Unschedulable", "{.unschedulable}")];
}
