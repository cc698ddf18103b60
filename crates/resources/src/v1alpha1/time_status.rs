//! Whether the clock can be trusted.

use minos_runtime::{Column, Spec};
use serde::{Deserialize, Serialize};

/// The state of time synchronisation.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TimeStatus {
    /// The clock is right, or nobody wants it set.
    pub synced: bool,
    /// Rises with every jump of the clock.
    pub epoch: i64,
    /// Synchronisation is off by configuration.
    pub sync_disabled: bool,
}

impl TimeStatus {
    /// Id of the only one.
    pub const ID: &'static str = "node";
}

impl Spec for TimeStatus {
    const TYPE: &'static str = "TimeStatuses.v1alpha1.talos.dev";
    const NAMESPACE: &'static str = "runtime";
    const ALIASES: &'static [&'static str] = &["timestatus"];
    const COLUMNS: &'static [Column] = &[Column::new("Synced", "{.synced}")];
}
