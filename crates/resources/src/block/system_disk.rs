//! The disk that the system runs from.

use minos_runtime::{Column, Spec};
use serde::{Deserialize, Serialize};

/// The disk that the root came from; STATE and META count only there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SystemDisk {
    /// Name of the disk.
    #[serde(rename = "diskID")]
    pub disk_id: String,
    /// Device file.
    pub dev_path: String,
    /// The slot that runs.
    pub slot: String,
}

impl SystemDisk {
    /// Id of the only one.
    pub const ID: &'static str = "system-disk";
}

impl Spec for SystemDisk {
    const TYPE: &'static str = "SystemDisks.block.talos.dev";
    const NAMESPACE: &'static str = "runtime";
    const COLUMNS: &'static [Column] = &[Column::new("Disk", "{.diskID}"), Column::new("Slot", "{.slot}")];
}
