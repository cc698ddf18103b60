//! Admission plug-ins of the API server.

use serde_json::Value;

use crate::declare::{message, resource};

resource! {
    /// Configuration of admission plug-ins.
    #[derive(Default)]
    pub struct AdmissionControlConfig = "AdmissionControlConfigs.kubernetes.talos.dev" in super::CONTROL_PLANE_NAMESPACE => {
        /// By plug-in.
        1 "config" => config: Vec<AdmissionPlugin>,
    }
}

impl AdmissionControlConfig {
    /// Id of the only one.
    pub const ID: &'static str = "admission-control";
}

message! {
    /// One plug-in.
    #[derive(Default)]
    pub struct AdmissionPlugin {
        /// Its name, for example `PodSecurity`.
        1 "name" => name: String,
        /// Its configuration document.
        #[serde(with = "crate::wire::mapping")]
        2 "configuration" => configuration: Value,
    }
}
