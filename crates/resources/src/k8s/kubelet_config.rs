//! What the kubelet is made from.

use std::collections::BTreeMap;

use minos_runtime::Spec;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::ArgValues;

/// What the kubelet is made from.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KubeletConfig {
    /// Image reference.
    pub image: String,
    /// Addresses of the DNS service for pods.
    #[serde(rename = "clusterDNS")]
    pub cluster_dns: Vec<String>,
    /// The cluster's DNS domain.
    pub cluster_domain: String,
    /// Further flags, merged over the kubelet's own.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub extra_args: BTreeMap<String, ArgValues>,
    /// Further mounts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extra_mounts: Vec<ExtraMount>,
    /// Further fields of its configuration document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extra_config: Option<Value>,
    /// Whether a cloud controller manager initialises the node.
    pub cloud_provider_external: bool,
    /// Whether pods get the runtime's seccomp profile unless they say otherwise.
    pub default_runtime_seccomp_enabled: bool,
    /// Whether it runs without an API server.
    pub skip_node_registration: bool,
    /// URL of the list of static pods.
    #[serde(rename = "staticPodListURL")]
    pub static_pod_list_url: String,
    /// Whether the directory for static pods is not read.
    pub disable_manifests_directory: bool,
    /// Whether project quotas measure ephemeral storage.
    #[serde(rename = "enableFSQuotaMonitoring")]
    pub enable_fs_quota_monitoring: bool,
    /// Configuration of image credential providers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential_provider_config: Option<Value>,
    /// Whether a control plane node takes ordinary pods.
    pub allow_scheduling_on_control_plane: bool,
}

impl KubeletConfig {
    /// Id of the only one.
    pub const ID: &'static str = "kubelet";
}

impl Spec for KubeletConfig {
    const TYPE: &'static str = "KubeletConfigs.kubernetes.talos.dev";
    const NAMESPACE: &'static str = super::NAMESPACE;
    const SENSITIVE: bool = true;
}

/// A mount in the form of the OCI runtime specification.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ExtraMount {
    /// Path in the container.
    pub destination: String,
    /// Type of file system.
    #[serde(rename = "type", default)]
    pub kind: String,
    /// What is mounted.
    pub source: String,
    /// Options.
    #[serde(default)]
    pub options: Vec<String>,
}
