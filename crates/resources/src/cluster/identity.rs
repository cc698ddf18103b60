//! What this node is, for good.

use minos_runtime::{Column, Spec};
use serde::{Deserialize, Serialize};

/// The node's own id; made once and kept on STATE.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Identity {
    /// 32 random bytes in base 62.
    pub node_id: String,
}

impl Identity {
    /// Id of the only one.
    pub const ID: &'static str = "local";
}

impl Spec for Identity {
    const TYPE: &'static str = "Identities.cluster.talos.dev";
    const NAMESPACE: &'static str = super::NAMESPACE;
    const COLUMNS: &'static [Column] = &[Column::new("ID", "{.nodeId}")];
}
