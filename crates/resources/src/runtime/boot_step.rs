//! How long a step of the boot took.

use minos_runtime::{Column, Spec};
use serde::{Deserialize, Serialize};

/// A timed step of the boot. Times are milliseconds since the kernel started (`CLOCK_BOOTTIME`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BootStep {
    /// Who took it: `init` or `machined`.
    pub by: String,
    /// What was done.
    pub step: String,
    /// When it began, in milliseconds.
    #[serde(rename = "startMs")]
    pub start_ms: u64,
    /// When it ended, in milliseconds.
    #[serde(rename = "endMs")]
    pub end_ms: u64,
}

impl Spec for BootStep {
    const TYPE: &'static str = "BootSteps.runtime.minos.dev";
    const NAMESPACE: &'static str = super::NAMESPACE;
    const COLUMNS: &'static [Column] = &[
        Column::new("By", "{.by}"),
        Column::new("Step", "{.step}"),
        Column::new("Start ms", "{.startMs}"),
        Column::new("End ms", "{.endMs}"),
    ];
}
