//! How the nodes of the cluster find each other.

use minos_runtime::Spec;
use serde::{Deserialize, Serialize};

/// How the nodes of the cluster find each other.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DiscoveryConfig {
    /// Whether they do.
    pub discovery_enabled: bool,
    /// By annotations of the Kubernetes nodes.
    pub registry_kubernetes_enabled: bool,
    /// By a service outside of the cluster.
    pub registry_service_enabled: bool,
    /// Host and port of the service.
    pub service_endpoint: String,
    /// The service is spoken to without TLS.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub service_endpoint_insecure: bool,
    /// What the nodes encrypt their data with.
    pub service_encryption_key: Vec<u8>,
    /// The cluster as the service knows it.
    #[serde(rename = "serviceClusterID")]
    pub service_cluster_id: String,
}

impl DiscoveryConfig {
    /// Id of the only one.
    pub const ID: &'static str = "cluster";
}

impl Spec for DiscoveryConfig {
    const TYPE: &'static str = "DiscoveryConfigs.cluster.talos.dev";
    const NAMESPACE: &'static str = "config";
    const SENSITIVE: bool = true;
}
