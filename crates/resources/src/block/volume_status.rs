//! A volume and how far it is.

use minos_runtime::{Column, Spec};
use serde::{Deserialize, Serialize};

/// A volume of the system.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct VolumeStatus {
    /// How far it is.
    pub phase: VolumePhase,
    /// `partition`, `disk`, `overlay`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Device file.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub location: String,
    /// What is mounted, when that is not the device itself.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub mount_location: String,
    /// Number of the partition.
    #[serde(skip_serializing_if = "is_zero")]
    pub partition_index: u32,
    /// Device file of its disk.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub parent_location: String,
    /// Id of the filesystem.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub uuid: String,
    /// Id of the partition.
    #[serde(rename = "partitionUUID", skip_serializing_if = "String::is_empty")]
    pub partition_uuid: String,
    /// Size, in bytes.
    pub size: u64,
    /// The same for people.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub pretty_size: String,
    /// Filesystem.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub filesystem: String,
    /// What went wrong.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub error_message: String,
}

/// How far a volume is, by the names of the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs, reason = "the names are the contract's and explain themselves")]
pub enum VolumePhase {
    #[default]
    Waiting,
    Failed,
    Missing,
    Located,
    Provisioned,
    Prepared,
    Ready,
    Closed,
}

fn is_zero(number: &u32) -> bool {
    *number == 0
}

impl Spec for VolumeStatus {
    const TYPE: &'static str = "VolumeStatuses.block.talos.dev";
    const NAMESPACE: &'static str = "runtime";
    const COLUMNS: &'static [Column] = &[
        Column::new("Type", "{.type}"),
        Column::new("Phase", "{.phase}"),
        Column::new("Location", "{.location}"),
        Column::new("Size", "{.prettySize}"),
    ];
}
