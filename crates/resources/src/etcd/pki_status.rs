//! etcd's certificate files.

use minos_runtime::{Column, Spec};
use serde::{Deserialize, Serialize};

/// Whether etcd's certificate files are there.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct PkiStatus {
    /// They are.
    pub ready: bool,
    /// Changes whenever they change.
    pub version: String,
}

impl PkiStatus {
    /// Id of the only one.
    pub const ID: &'static str = "etcd";
}

impl Spec for PkiStatus {
    const TYPE: &'static str = "PKIStatuses.etcd.talos.dev";
    const NAMESPACE: &'static str = super::NAMESPACE;
    const COLUMNS: &'static [Column] =
        &[Column::new("Ready", "{.ready}"), Column::new("Secrets Version", "{.version}")];
}
