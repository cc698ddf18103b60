//! Kubeconfigs of the control plane.

use minos_pki::Secret;
use minos_runtime::Spec;
use serde::{Deserialize, Serialize};

/// Kubeconfigs, whole files; only on control planes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KubernetesSecret {
    /// Of the scheduler.
    pub scheduler_kubeconfig: Secret,
    /// Of the controller manager.
    pub controller_manager_kubeconfig: Secret,
    /// Of the operating system, towards this node's API server.
    pub localhost_admin_kubeconfig: Secret,
    /// Of the operating system, towards the cluster's endpoint.
    pub admin_kubeconfig: Secret,
}

impl KubernetesSecret {
    /// Id of the only one.
    pub const ID: &'static str = "k8s-certs";
}

impl Spec for KubernetesSecret {
    const TYPE: &'static str = "KubernetesSecrets.secrets.talos.dev";
    const NAMESPACE: &'static str = super::NAMESPACE;
    const SENSITIVE: bool = true;
}
