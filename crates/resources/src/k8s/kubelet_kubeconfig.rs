//! The credentials that the kubelet got for itself.

use minos_runtime::{Column, Spec};
use serde::{Deserialize, Serialize};

/// The kubelet's kubeconfig, once it exists.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct KubeletKubeconfig {
    /// SHA-256 of the file, in hexadecimal.
    pub hash: String,
}

impl KubeletKubeconfig {
    /// Id of the only one.
    pub const ID: &'static str = "kubelet";
}

impl Spec for KubeletKubeconfig {
    const TYPE: &'static str = "KubeletKubeconfigs.kubernetes.talos.dev";
    const NAMESPACE: &'static str = super::NAMESPACE;
    const COLUMNS: &'static [Column] = &[Column::new("Hash", "{.hash}")];
}
