use crate::schema::section;

section! {
    /// How the machines of a cluster find each other.
    pub struct Discovery {
        /// Whether they do.
        "enabled" => enabled: Option<bool> [default("false")],
        /// By what they do.
        "registries" => registries: DiscoveryRegistries,
    }
}

section! {
    /// By what the machines find each other.
    pub struct DiscoveryRegistries {
        /// By annotations of the Kubernetes nodes. Kubernetes 1.32 and later forbid it: switch it off.
        "kubernetes" => kubernetes: KubernetesRegistry,
        /// By a service outside of the cluster. What it passes on is encrypted with `cluster.secret`.
        "service" => service: ServiceRegistry,
    }
}

section! {
    /// Discovery by annotations of the Kubernetes nodes.
    pub struct KubernetesRegistry {
        /// True switches it off.
        "disabled" => disabled: Option<bool> [default("false")],
    }
}

section! {
    /// Discovery by a service outside of the cluster. Needs `cluster.id` and `cluster.secret`.
    pub struct ServiceRegistry {
        /// True switches it off.
        "disabled" => disabled: Option<bool> [default("false")],
        /// The service's URL, without a path.
        "endpoint" => endpoint: String
            [default("https://discovery.talos.dev/")] [example("\"https://discovery.example.org\"")],
    }
}
