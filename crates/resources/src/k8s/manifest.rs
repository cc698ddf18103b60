//! Objects that a cluster starts with.

use minos_runtime::Spec;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Objects that are created together; ids sort in the order of creation.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Manifest {
    /// The objects.
    pub items: Vec<Value>,
}

impl Spec for Manifest {
    const TYPE: &'static str = "Manifests.kubernetes.talos.dev";
    const NAMESPACE: &'static str = super::CONTROL_PLANE_NAMESPACE;
}

/// Which manifests the cluster has.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ManifestStatus {
    /// Ids of the manifests.
    pub manifests_applied: Vec<String>,
}

impl ManifestStatus {
    /// Id of the only one.
    pub const ID: &'static str = "manifests";
}

impl Spec for ManifestStatus {
    const TYPE: &'static str = "ManifestStatuses.kubernetes.talos.dev";
    const NAMESPACE: &'static str = super::CONTROL_PLANE_NAMESPACE;
}
