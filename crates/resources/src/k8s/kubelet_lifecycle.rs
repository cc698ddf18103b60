//! The time during which the kubelet is wanted.

use minos_runtime::Spec;
use serde::{Deserialize, Serialize};

/// There from the first start of the kubelet to the end of its pods.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct KubeletLifecycle {}

impl KubeletLifecycle {
    /// Id of the only one.
    pub const ID: &'static str = "kubelet";
}

impl Spec for KubeletLifecycle {
    const TYPE: &'static str = "KubeletLifecycles.kubernetes.talos.dev";
    const NAMESPACE: &'static str = super::NAMESPACE;
}
