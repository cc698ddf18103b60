//! The version of the system.

use minos_runtime::{Column, Spec};
use serde::{Deserialize, Serialize};

/// Name and version of the running system.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    /// Name.
    pub name: String,
    /// Version of the contract, with our own as build metadata.
    pub version: String,
}

impl Version {
    /// Id of the only one.
    pub const ID: &'static str = "version";
}

impl Spec for Version {
    const TYPE: &'static str = "Versions.runtime.talos.dev";
    const NAMESPACE: &'static str = super::NAMESPACE;
    const COLUMNS: &'static [Column] = &[Column::new("Name", "{.name}"), Column::new("Version", "{.version}")];
}
