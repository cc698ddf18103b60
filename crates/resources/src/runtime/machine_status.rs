//! The machine's stage, and whether it is ready in it.

use minos_runtime::{Column, Spec};
use serde::{Deserialize, Serialize};

use super::MachineStage;

/// The machine in one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MachineStatus {
    /// What it is doing.
    pub stage: MachineStage,
    /// Whether it is ready.
    pub status: Readiness,
}

/// Whether everything that the stage needs is there.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Readiness {
    /// All conditions are met.
    pub ready: bool,
    /// Those that are not.
    pub unmet_conditions: Vec<UnmetCondition>,
}

/// A condition that keeps the machine from being ready.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnmetCondition {
    /// Its name: `time`, `network`, `services`, `staticPods`, `nodeReady`.
    pub name: String,
    /// Why it is not met.
    pub reason: String,
}

impl MachineStatus {
    /// Id of the only one.
    pub const ID: &'static str = "machine";
}

impl Spec for MachineStatus {
    const TYPE: &'static str = "MachineStatuses.runtime.talos.dev";
    const NAMESPACE: &'static str = super::NAMESPACE;
    const COLUMNS: &'static [Column] = &[Column::new("Stage", "{.stage}"), Column::new("Ready", "{.status.ready}")];
}
