//! Where API servers are.

use std::net::IpAddr;

use minos_runtime::{Column, Spec};
use serde::{Deserialize, Serialize};

/// Addresses of API servers, as one source knows them.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Endpoint {
    /// Addresses.
    pub addresses: Vec<IpAddr>,
    /// Host names.
    #[serde(default)]
    pub hosts: Vec<String>,
}

impl Endpoint {
    /// Known from the Kubernetes API.
    pub const API_SERVER_ID: &'static str = "kube-apiserver";
    /// Known from discovery.
    pub const DISCOVERED_ID: &'static str = "discovery";
    /// The cluster's endpoint of the configuration.
    pub const CONTROL_PLANE_ID: &'static str = "controlplane";
}

impl Spec for Endpoint {
    const TYPE: &'static str = "Endpoints.kubernetes.talos.dev";
    const NAMESPACE: &'static str = super::CONTROL_PLANE_NAMESPACE;
    const COLUMNS: &'static [Column] = &[Column::new("Addresses", "{.addresses}"), Column::new("Hosts", "{.hosts}")];
}
