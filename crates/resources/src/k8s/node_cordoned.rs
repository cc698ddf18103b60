//! A node that takes no new pods.

use minos_runtime::Spec;
use serde::{Deserialize, Serialize};

/// There while the node is to take no new pods.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct NodeCordonedSpec {}

impl NodeCordonedSpec {
    /// Id of the only one.
    pub const ID: &'static str = "cordoned";
}

impl Spec for NodeCordonedSpec {
    const TYPE: &'static str = "NodeCordonedSpecs.k8s.talos.dev";
    const NAMESPACE: &'static str = super::NAMESPACE;
    const SENSITIVE: bool = true;
}
