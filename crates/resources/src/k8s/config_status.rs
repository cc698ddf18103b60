//! Configuration files of the control plane pods.

use crate::declare::resource;

resource! {
    /// Whether the configuration files of the static pods are there.
    #[derive(Default)]
    pub struct ConfigStatus = "ConfigStatuses.kubernetes.talos.dev" in super::CONTROL_PLANE_NAMESPACE => {
        /// They are.
        1 "ready" => ready: bool,
        /// Changes whenever they change.
        2 "version" => version: String,
    }
    columns: ["Ready" => "{.ready}", "Secrets Version" => "{.version}"];
}

impl ConfigStatus {
    /// Id of the only one.
    pub const ID: &'static str = "static-pods";
}
