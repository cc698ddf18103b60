//! Access of pods to the node's API.

use crate::declare::resource;

resource! {
    /// Which pods get credentials for the node's API, and with which roles.
    #[derive(Default, Eq)]
    pub struct KubernetesAccessConfig = "KubernetesAccessConfigs.cluster.talos.dev" in "config" => {
        /// Whether any do.
        1 "enabled" => enabled: bool,
        /// Roles that may be asked for.
        2 "allowedAPIRoles" => allowed_api_roles: Vec<String>,
        /// Namespaces from which they may be asked for.
        3 "allowedKubernetesNamespaces" => allowed_kubernetes_namespaces: Vec<String>,
    }
}
