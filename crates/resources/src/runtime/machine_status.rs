//! The machine's stage, and whether it is ready in it.

use super::MachineStage;
use crate::declare::{message, resource};

resource! {
    /// The machine in one line.
    #[derive(Eq)]
    pub struct MachineStatus = "MachineStatuses.runtime.talos.dev" in super::NAMESPACE => {
        /// What it is doing.
        1 "stage" => stage: MachineStage,
        /// Whether it is ready.
        2 "status" => status: Readiness,
    }
    columns: ["Stage" => "{.stage}", "Ready" => "{.status.ready}"];
}

message! {
    /// Whether everything that the stage needs is there.
    #[derive(Eq, Default)]
    pub struct Readiness {
        /// All conditions are met.
        1 "ready" => ready: bool,
        /// Those that are not.
        2 "unmetConditions" => unmet_conditions: Vec<UnmetCondition>,
    }
}

message! {
    /// A condition that keeps the machine from being ready.
    #[derive(Eq)]
    pub struct UnmetCondition {
        /// Its name: `time`, `network`, `services`, `staticPods`, `nodeReady`.
        1 "name" => name: String,
        /// Why it is not met.
        2 "reason" => reason: String,
    }
}

impl MachineStatus {
    /// Id of the only one.
    pub const ID: &'static str = "machine";
}
