//! An annotation of the Kubernetes node.

use minos_runtime::{Column, Spec};
use serde::{Deserialize, Serialize};

/// An annotation of the Kubernetes node to be; the id is its key.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct NodeAnnotationSpec {
    /// Key.
    pub key: String,
    /// Value.
    pub value: String,
}

impl Spec for NodeAnnotationSpec {
    const TYPE: &'static str = "NodeAnnotationSpecs.k8s.talos.dev";
    const NAMESPACE: &'static str = super::NAMESPACE;
    const COLUMNS: &'static [Column] = &[Column::new("Value", "{.value}")];
    const SENSITIVE: bool = true;
}
