//! Admission plug-ins of the API server.

use minos_runtime::Spec;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Configuration of admission plug-ins.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct AdmissionControlConfig {
    /// By plug-in.
    pub config: Vec<AdmissionPlugin>,
}

impl AdmissionControlConfig {
    /// Id of the only one.
    pub const ID: &'static str = "admission-control";
}

impl Spec for AdmissionControlConfig {
    const TYPE: &'static str = "AdmissionControlConfigs.kubernetes.talos.dev";
    const NAMESPACE: &'static str = super::CONTROL_PLANE_NAMESPACE;
}

/// One plug-in.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct AdmissionPlugin {
    /// Its name, for example `PodSecurity`.
    pub name: String,
    /// Its configuration document.
    pub configuration: Value,
}
