//! Which sequence the machine is in.

use crate::declare::{enumeration, resource};

enumeration! {
    /// What the machine is doing.
    #[derive(Default)]
    pub enum MachineStage {
        /// Not known.
        #[default]
        0 "unknown" => Unknown,
        /// Coming up.
        1 "booting" => Booting,
        /// Writing itself to a disk.
        2 "installing" => Installing,
        /// Waiting for a configuration.
        3 "maintenance" => Maintenance,
        /// In service.
        4 "running" => Running,
        /// Going down to come up again.
        5 "rebooting" => Rebooting,
        /// Going down.
        6 "shutting down" => ShuttingDown,
        /// Wiping itself.
        7 "resetting" => Resetting,
        /// Changing its version.
        8 "upgrading" => Upgrading,
    }
}

resource! {
    /// The stage, as the boot and the other sequences set it; [`super::MachineStatus`] is what follows from it.
    #[derive(Eq)]
    pub struct MachineStageSpec = "MachineStages.runtime.minos.dev" in super::NAMESPACE => {
        /// The stage.
        1 "stage" => stage: MachineStage,
    }
    columns: ["Stage" => "{.stage}"];
}

impl MachineStageSpec {
    /// Id of the only one.
    pub const ID: &'static str = "machine";
}
