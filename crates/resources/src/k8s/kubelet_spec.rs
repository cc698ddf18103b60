//! The kubelet to run.

use minos_runtime::Spec;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::ExtraMount;

/// The kubelet to run.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KubeletSpec {
    /// Image reference.
    pub image: String,
    /// Its command line, without the program.
    #[serde(default)]
    pub args: Vec<String>,
    /// Further mounts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extra_mounts: Vec<ExtraMount>,
    /// The node's name, when it is not the user who chose it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub expected_nodename: String,
    /// Its configuration document.
    pub config: Value,
    /// Configuration of image credential providers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential_provider_config: Option<Value>,
}

impl KubeletSpec {
    /// Id of the only one.
    pub const ID: &'static str = "kubelet";
}

impl Spec for KubeletSpec {
    const TYPE: &'static str = "KubeletSpecs.kubernetes.talos.dev";
    const NAMESPACE: &'static str = super::NAMESPACE;
    const SENSITIVE: bool = true;
}
