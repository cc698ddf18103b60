//! Which sequence the machine is in.

use minos_runtime::{Column, Spec};
use serde::{Deserialize, Serialize};

/// What the machine is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MachineStage {
    /// Not known.
    #[default]
    Unknown,
    /// Coming up.
    Booting,
    /// Writing itself to a disk.
    Installing,
    /// Waiting for a configuration.
    Maintenance,
    /// In service.
    Running,
    /// Going down to come up again.
    Rebooting,
    /// Going down.
    #[serde(rename = "shutting down")]
    ShuttingDown,
    /// Wiping itself.
    Resetting,
    /// Changing its version.
    Upgrading,
}

/// The stage, as the boot and the other sequences set it; [`super::MachineStatus`] is what follows from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MachineStageSpec {
    /// The stage.
    pub stage: MachineStage,
}

impl MachineStageSpec {
    /// Id of the only one.
    pub const ID: &'static str = "machine";
}

impl MachineStage {
    /// The word of the contract.
    pub const fn as_str(self) -> &'static str {
        match self {
            MachineStage::Unknown => "unknown",
            MachineStage::Booting => "booting",
            MachineStage::Installing => "installing",
            MachineStage::Maintenance => "maintenance",
            MachineStage::Running => "running",
            MachineStage::Rebooting => "rebooting",
            MachineStage::ShuttingDown => "shutting down",
            MachineStage::Resetting => "resetting",
            MachineStage::Upgrading => "upgrading",
        }
    }

    /// The number of the contract's enumeration.
    pub const fn number(self) -> i32 {
        self as i32
    }
}

impl Spec for MachineStageSpec {
    const TYPE: &'static str = "MachineStages.runtime.minos.dev";
    const NAMESPACE: &'static str = super::NAMESPACE;
    const COLUMNS: &'static [Column] = &[Column::new("Stage", "{.stage}")];
}
