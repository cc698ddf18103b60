//! A mounted volume.

use minos_runtime::{Column, Spec};
use serde::{Deserialize, Serialize};

/// A volume that is mounted, by the volume's id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MountStatus {
    /// What is mounted.
    pub source: String,
    /// Where.
    pub target: String,
    /// Filesystem.
    pub filesystem_type: String,
    /// Options.
    pub options: Vec<String>,
    /// It is encrypted.
    pub encrypted: bool,
}

impl Spec for MountStatus {
    const TYPE: &'static str = "MountStatuses.runtime.talos.dev";
    const NAMESPACE: &'static str = "runtime";
    const ALIASES: &'static [&'static str] = &["mounts"];
    const COLUMNS: &'static [Column] = &[
        Column::new("Source", "{.source}"),
        Column::new("Target", "{.target}"),
        Column::new("Filesystem Type", "{.filesystemType}"),
    ];
}
