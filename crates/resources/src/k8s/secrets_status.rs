//! Keys and certificates of the control plane pods.

use crate::declare::resource;

resource! {
    /// Whether the secret files of the static pods are there.
    #[derive(Default)]
    pub struct SecretsStatus = "SecretStatuses.kubernetes.talos.dev" in super::CONTROL_PLANE_NAMESPACE => {
        /// They are.
        1 "ready" => ready: bool,
        /// Changes whenever the pods have to start anew because of them.
        2 "version" => version: String,
    }
    columns: ["Ready" => "{.ready}", "Secrets Version" => "{.version}"];
}

impl SecretsStatus {
    /// Id of the only one.
    pub const ID: &'static str = "static-pods";
}
