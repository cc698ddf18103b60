//! Nodes of the cluster.

use std::net::IpAddr;

use minos_runtime::{Column, Spec};
use serde::{Deserialize, Serialize};

use super::ControlPlane;

/// A node of the cluster; its id is the node's name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Member {
    /// The node's id.
    pub node_id: String,
    /// Its addresses.
    pub addresses: Vec<IpAddr>,
    /// Its fully qualified name.
    pub hostname: String,
    /// `controlplane`, `worker` or `init`.
    pub machine_type: String,
    /// Its operating system with version.
    pub operating_system: String,
    /// Its API server, when it runs one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub control_plane: Option<ControlPlane>,
}

impl Spec for Member {
    const TYPE: &'static str = "Members.cluster.talos.dev";
    const NAMESPACE: &'static str = super::NAMESPACE;
    const COLUMNS: &'static [Column] = &[
        Column::new("Hostname", "{.hostname}"),
        Column::new("Machine Type", "{.machineType}"),
        Column::new("OS", "{.operatingSystem}"),
        Column::new("Addresses", "{.addresses}"),
    ];
}
