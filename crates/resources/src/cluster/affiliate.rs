//! Nodes that may become members.

use std::net::{IpAddr, SocketAddr};

use ipnet::IpNet;
use minos_runtime::{Column, Spec};
use serde::{Deserialize, Serialize};

/// What one node tells the others about itself; its id is the node's id.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Affiliate {
    /// The node's id.
    pub node_id: String,
    /// Its addresses.
    pub addresses: Vec<IpAddr>,
    /// Its fully qualified name.
    pub hostname: String,
    /// Its name in Kubernetes; empty until it has one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub nodename: String,
    /// Its operating system with version.
    pub operating_system: String,
    /// `controlplane`, `worker` or `init`.
    pub machine_type: String,
    /// How it is reached through the mesh.
    #[serde(default, rename = "kubespan", skip_serializing_if = "Option::is_none")]
    pub kube_span: Option<KubeSpanAffiliate>,
    /// Its API server, when it runs one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub control_plane: Option<ControlPlane>,
}

/// The API server of a node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ControlPlane {
    /// Its port.
    pub port: u16,
}

/// How a node is reached through the mesh.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KubeSpanAffiliate {
    /// Its WireGuard key.
    pub public_key: String,
    /// Its address inside.
    pub address: Option<IpAddr>,
    /// Networks behind it.
    pub additional_addresses: Vec<IpNet>,
    /// Where it listens.
    pub endpoints: Vec<SocketAddr>,
    /// Networks that it does not advertise.
    pub exclude_advertised_networks: Vec<IpNet>,
}

impl Spec for Affiliate {
    const TYPE: &'static str = "Affiliates.cluster.talos.dev";
    const NAMESPACE: &'static str = super::NAMESPACE;
    const COLUMNS: &'static [Column] = &[
        Column::new("Hostname", "{.hostname}"),
        Column::new("Machine Type", "{.machineType}"),
        Column::new("Addresses", "{.addresses}"),
    ];
}
