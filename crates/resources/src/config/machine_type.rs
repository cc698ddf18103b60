//! Whether the node is a control plane or a worker.

use serde::{Deserialize, Serialize};

use crate::declare::{enumeration, resource};
use crate::wire::{Field as _, Message};

/// The node's role in its cluster, as its configuration says; as YAML one text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MachineType(pub MachineRole);

enumeration! {
    /// The role of a node in its cluster.
    #[derive(Default)]
    pub enum MachineRole {
        /// Not configured.
        #[default]
        0 "unknown" => Unknown,
        /// Old name of a control plane that bootstraps by itself.
        1 "init" => Init,
        /// Runs etcd and the control plane.
        2 "controlplane" => ControlPlane,
        /// Runs pods only.
        3 "worker" => Worker,
    }
}

resource! {
    for MachineType = "MachineTypes.config.talos.dev" in "config" =>
    columns: ["Type" => "{@}"];
}

impl MachineType {
    /// Id of the only one.
    pub const ID: &'static str = "machine-type";

    /// Whether the node runs the control plane.
    pub fn is_control_plane(&self) -> bool {
        self.0.is_control_plane()
    }
}

impl MachineRole {
    /// Whether such a node runs the control plane.
    pub const fn is_control_plane(self) -> bool {
        matches!(self, Self::ControlPlane | Self::Init)
    }
}

impl From<minos_config::MachineType> for MachineRole {
    fn from(from: minos_config::MachineType) -> Self {
        match from {
            minos_config::MachineType::Unknown => Self::Unknown,
            minos_config::MachineType::Init => Self::Init,
            minos_config::MachineType::ControlPlane => Self::ControlPlane,
            minos_config::MachineType::Worker => Self::Worker,
        }
    }
}

impl Message for MachineType {
    fn encode_fields(&self, out: &mut Vec<u8>) {
        if !self.is_empty() {
            self.0.encode(1, out);
        }
    }

    fn is_empty(&self) -> bool {
        self.0.is_zero()
    }

    #[cfg(test)]
    fn describe_fields(depth: usize, out: &mut String) {
        crate::golden::describe::<MachineRole>(depth, 1, "-", "", out);
    }

    #[cfg(test)]
    fn full() -> Self {
        Self(MachineRole::Worker)
    }
}
