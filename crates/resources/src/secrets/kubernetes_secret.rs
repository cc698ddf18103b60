//! Kubeconfigs of the control plane.

use minos_pki::Secret;

use crate::declare::resource;

resource! {
    /// Kubeconfigs, whole files; only on control planes.
    #[derive(Default, Eq)]
    pub struct KubernetesSecret = "KubernetesSecrets.secrets.talos.dev" in super::NAMESPACE => {
        /// Of the scheduler.
        4 "schedulerKubeconfig" => scheduler_kubeconfig: Secret,
        /// Of the controller manager.
        5 "controllerManagerKubeconfig" => controller_manager_kubeconfig: Secret,
        /// Of the operating system, towards this node's API server.
        6 "localhostAdminKubeconfig" => localhost_admin_kubeconfig: Secret,
        /// Of the operating system, towards the cluster's endpoint.
        7 "adminKubeconfig" => admin_kubeconfig: Secret,
    }
    sensitive: true;
}

impl KubernetesSecret {
    /// Id of the only one.
    pub const ID: &'static str = "k8s-certs";
}
