//! A disk of the machine.

use minos_runtime::{Column, Spec};
use serde::{Deserialize, Serialize};

/// A whole disk, by the kernel's name for it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Disk {
    /// Device file.
    pub dev_path: String,
    /// Size, in bytes.
    pub size: u64,
    /// The same for people.
    pub pretty_size: String,
    /// Bytes that are best read and written at once.
    pub io_size: u64,
    /// Bytes of a sector.
    pub sector_size: u64,
    /// It cannot be written.
    pub readonly: bool,
    /// It is an optical drive.
    pub cdrom: bool,
    /// What it calls itself.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub model: String,
    /// Serial number.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub serial: String,
    /// World-wide name.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub wwid: String,
    /// Path below `/sys/devices`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub bus_path: String,
    /// `virtio`, `nvme`, `sata`, …
    #[serde(skip_serializing_if = "String::is_empty")]
    pub transport: String,
    /// It spins.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub rotational: bool,
}

impl Spec for Disk {
    const TYPE: &'static str = "Disks.block.talos.dev";
    const NAMESPACE: &'static str = "runtime";
    const COLUMNS: &'static [Column] = &[
        Column::new("Size", "{.pretty_size}"),
        Column::new("Read Only", "{.readonly}"),
        Column::new("Transport", "{.transport}"),
        Column::new("Rotational", "{.rotational}"),
        Column::new("WWID", "{.wwid}"),
        Column::new("Model", "{.model}"),
        Column::new("Serial", "{.serial}"),
    ];
}
