//! Keys and certificates of the control plane pods.

use minos_runtime::{Column, Spec};
use serde::{Deserialize, Serialize};

/// Whether the secret files of the static pods are there.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct SecretsStatus {
    /// They are.
    pub ready: bool,
    /// Changes whenever the pods have to start anew because of them.
    pub version: String,
}

impl SecretsStatus {
    /// Id of the only one.
    pub const ID: &'static str = "static-pods";
}

impl Spec for SecretsStatus {
    const TYPE: &'static str = "SecretStatuses.kubernetes.talos.dev";
    const NAMESPACE: &'static str = super::CONTROL_PLANE_NAMESPACE;
    const COLUMNS: &'static [Column] =
        &[Column::new("Ready", "{.ready}"), Column::new("Secrets Version", "{.version}")];
}
