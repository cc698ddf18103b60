//! Configuration files of the control plane pods.

use minos_runtime::{Column, Spec};
use serde::{Deserialize, Serialize};

/// Whether the configuration files of the static pods are there.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ConfigStatus {
    /// They are.
    pub ready: bool,
    /// Changes whenever they change.
    pub version: String,
}

impl ConfigStatus {
    /// Id of the only one.
    pub const ID: &'static str = "static-pods";
}

impl Spec for ConfigStatus {
    const TYPE: &'static str = "ConfigStatuses.kubernetes.talos.dev";
    const NAMESPACE: &'static str = super::CONTROL_PLANE_NAMESPACE;
    const COLUMNS: &'static [Column] =
        &[Column::new("Ready", "{.ready}"), Column::new("Secrets Version", "{.version}")];
}
