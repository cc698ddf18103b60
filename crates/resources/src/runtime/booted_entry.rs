//! What the boot loader started.

use minos_runtime::{Column, Spec};
use serde::{Deserialize, Serialize};

/// The boot loader's entry that this system was started from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BootedEntry {
    /// The entry's identifier, as the loader reports it.
    #[serde(rename = "bootedEntry", default, skip_serializing_if = "String::is_empty")]
    pub booted_entry: String,
}

impl BootedEntry {
    /// Id of the only one.
    pub const ID: &'static str = "bootedentry";
}

impl Spec for BootedEntry {
    const TYPE: &'static str = "BootedEntries.talos.dev";
    const NAMESPACE: &'static str = super::NAMESPACE;
    const COLUMNS: &'static [Column] = &[Column::new("Booted Entry", "{.bootedEntry}")];
}
