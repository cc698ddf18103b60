use crate::schema::section;

section! {
    /// How the nodes of a cluster find each other.
    pub struct Discovery {
        /// Whether they do.
        "enabled" => enabled: Option<bool>,
        /// By what.
        "registries" => registries: DiscoveryRegistries,
    }
}

section! {
    /// By what the nodes find each other.
    pub struct DiscoveryRegistries {
        /// By annotations of the Kubernetes nodes.
        "kubernetes" => kubernetes: KubernetesRegistry,
        /// By a service outside of the cluster.
        "service" => service: ServiceRegistry,
    }
}

section! {
    /// Discovery by annotations of the Kubernetes nodes.
    pub struct KubernetesRegistry {
        /// True switches it off.
        "disabled" => disabled: Option<bool>,
    }
}

section! {
    /// Discovery by a service outside of the cluster.
    pub struct ServiceRegistry {
        /// True switches it off.
        "disabled" => disabled: Option<bool>,
        /// Its URL.
        "endpoint" => endpoint: String,
    }
}
