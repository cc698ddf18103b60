//! A taint of the Kubernetes node.

use minos_runtime::{Column, Spec};
use serde::{Deserialize, Serialize};

/// A taint of the Kubernetes node to be; the id is its key.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct NodeTaintSpec {
    /// Key.
    pub key: String,
    /// `NoSchedule`, `PreferNoSchedule` or `NoExecute`.
    pub effect: String,
    /// Value.
    pub value: String,
}

impl Spec for NodeTaintSpec {
    const TYPE: &'static str = "NodeTaintSpecs.k8s.talos.dev";
    const NAMESPACE: &'static str = super::NAMESPACE;
    const COLUMNS: &'static [Column] = &[Column::new("Effect", "{.effect}"), Column::new("Value", "{.value}")];
    const SENSITIVE: bool = true;
}
