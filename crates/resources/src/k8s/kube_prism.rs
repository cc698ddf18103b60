//! KubePrism, the balancer on loopback before all API servers.

use minos_runtime::{Column, Spec};
use serde::{Deserialize, Serialize};

/// Where it listens and what is behind it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct KubePrismConfig {
    /// Address to listen on.
    pub host: String,
    /// Port to listen on.
    pub port: u16,
    /// What is behind it.
    pub endpoints: Vec<KubePrismEndpoint>,
}

impl KubePrismConfig {
    /// Id of the only one.
    pub const ID: &'static str = "k8s-loadbalancer-config";
}

impl Spec for KubePrismConfig {
    const TYPE: &'static str = "KubePrismConfigs.kubernetes.talos.dev";
    const NAMESPACE: &'static str = super::NAMESPACE;
    const COLUMNS: &'static [Column] =
        &[Column::new("Host", "{.host}"), Column::new("Port", "{.port}"), Column::new("Endpoints", "{.endpoints}")];
}

/// The API servers that it may use.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct KubePrismEndpoints {
    /// The API servers.
    pub endpoints: Vec<KubePrismEndpoint>,
}

impl KubePrismEndpoints {
    /// Id of the only one.
    pub const ID: &'static str = "k8s-cluster";
}

impl Spec for KubePrismEndpoints {
    const TYPE: &'static str = "KubePrismEndpoints.kubernetes.talos.dev";
    const NAMESPACE: &'static str = super::NAMESPACE;
    const COLUMNS: &'static [Column] =
        &[Column::new("Hosts", "{.endpoints[*].host}"), Column::new("Ports", "{.endpoints[*].port}")];
}

/// Whether it has an API server to pass connections to.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct KubePrismStatuses {
    /// Address and port on which it listens.
    pub host: String,
    /// Whether one of the API servers answers.
    pub healthy: bool,
}

impl KubePrismStatuses {
    /// Id of the only one.
    pub const ID: &'static str = "k8s-loadbalancer";
}

impl Spec for KubePrismStatuses {
    const TYPE: &'static str = "KubePrismStatuses.kubernetes.talos.dev";
    const NAMESPACE: &'static str = super::NAMESPACE;
    const COLUMNS: &'static [Column] = &[Column::new("HOST", "{.host}"), Column::new("HEALTHY", "{.healthy}")];
}

/// One API server.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct KubePrismEndpoint {
    /// Name or address.
    pub host: String,
    /// Port.
    pub port: u16,
}
