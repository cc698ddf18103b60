//! Whether the node is a control plane or a worker.

use minos_runtime::{Column, Spec};
use serde::{Deserialize, Serialize};

/// The node's role in its cluster, as its configuration says: `controlplane`, `worker` or `init`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MachineType(pub String);

impl MachineType {
    /// Id of the only one.
    pub const ID: &'static str = "machine-type";

    /// Whether the node runs the control plane.
    pub fn is_control_plane(&self) -> bool {
        matches!(self.0.as_str(), "controlplane" | "init")
    }
}

impl Spec for MachineType {
    const TYPE: &'static str = "MachineTypes.config.talos.dev";
    const NAMESPACE: &'static str = "config";
    const COLUMNS: &'static [Column] = &[Column::new("Type", "{}")];
}
