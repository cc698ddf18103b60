//! The node's name in Kubernetes.

use minos_runtime::{Column, Spec};
use serde::{Deserialize, Serialize};

/// The node's name in Kubernetes.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Nodename {
    /// The name.
    pub nodename: String,
    /// Version of the host name that it was made from.
    pub hostname_version: String,
    /// Whether the node does not register.
    pub skip_node_registration: bool,
}

impl Nodename {
    /// Id of the only one.
    pub const ID: &'static str = "nodename";
}

impl Spec for Nodename {
    const TYPE: &'static str = "Nodenames.kubernetes.talos.dev";
    const NAMESPACE: &'static str = super::NAMESPACE;
    const COLUMNS: &'static [Column] = &[Column::new("Nodename", "{.nodename}")];
}
