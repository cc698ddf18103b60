//! A file in `/etc` whose content the node decides at run time.

use minos_runtime::{Column, Spec};
use serde::{Deserialize, Serialize};

/// A file to be in `/etc`; the id is its path below `/etc`, for example `resolv.conf`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EtcFileSpec {
    /// The whole content.
    pub contents: String,
    /// Permission bits, for example `0o644`.
    pub mode: u32,
}

/// A file that is in `/etc`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EtcFileStatus {
    /// Version of the [`EtcFileSpec`] that was written.
    pub spec_version: String,
}

impl Spec for EtcFileSpec {
    const TYPE: &'static str = "EtcFileSpecs.files.talos.dev";
    const NAMESPACE: &'static str = "files";
}

impl Spec for EtcFileStatus {
    const TYPE: &'static str = "EtcFileStatuses.files.talos.dev";
    const NAMESPACE: &'static str = "files";
    const COLUMNS: &'static [Column] = &[Column::new("Spec Version", "{.specVersion}")];
}
