//! The node as Kubernetes sees it.

use std::collections::BTreeMap;

use ipnet::IpNet;

use crate::declare::resource;

resource! {
    /// The node as Kubernetes sees it; the id is its name.
    #[derive(Default)]
    pub struct NodeStatus = "NodeStatuses.kubernetes.talos.dev" in super::NAMESPACE => {
        /// Its name.
        1 "nodename" => nodename: String,
        /// Whether it is ready.
        2 "nodeReady" => node_ready: bool,
        /// Whether it takes no new pods.
        3 "unschedulable" => unschedulable: bool,
        /// Labels.
        4 "labels" => labels: BTreeMap<String, String>,
        /// Annotations.
        5 "annotations" => annotations: BTreeMap<String, String>,
        /// The pods' subnets on this node.
        6 "podCIDRs" => pod_cidrs: Vec<IpNet>,
    }
    columns: ["Ready" => "{.nodeReady}", "Unschedulable" => "{.unschedulable}"];
}
