//! How the nodes of the cluster find each other.

use crate::declare::resource;

resource! {
    /// How the nodes of the cluster find each other.
    #[derive(Default, Eq)]
    pub struct DiscoveryConfig = "DiscoveryConfigs.cluster.talos.dev" in "config" => {
        /// Whether they do.
        1 "discoveryEnabled" => discovery_enabled: bool,
        /// By annotations of the Kubernetes nodes.
        2 "registryKubernetesEnabled" => registry_kubernetes_enabled: bool,
        /// By a service outside of the cluster.
        3 "registryServiceEnabled" => registry_service_enabled: bool,
        /// Host and port of the service.
        4 "serviceEndpoint" => service_endpoint: String,
        /// The service is spoken to without TLS.
        5 "serviceEndpointInsecure" => service_endpoint_insecure: bool [omitempty],
        /// What the nodes encrypt their data with.
        6 "serviceEncryptionKey" => service_encryption_key: Vec<u8>,
        /// The cluster as the service knows it.
        7 "serviceClusterID" => service_cluster_id: String,
    }
    sensitive: true;
}

impl DiscoveryConfig {
    /// Id of the only one.
    pub const ID: &'static str = "cluster";
}
