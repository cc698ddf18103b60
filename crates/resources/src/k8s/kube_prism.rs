//! KubePrism, the balancer on loopback before all API servers.

use crate::declare::{message, resource};

resource! {
    /// Where it listens and what is behind it.
    #[derive(Default)]
    pub struct KubePrismConfig = "KubePrismConfigs.kubernetes.talos.dev" in super::NAMESPACE => {
        /// Address to listen on.
        1 "host" => host: String,
        /// Port to listen on.
        2 "port" => port: u16,
        /// What is behind it.
        3 "endpoints" => endpoints: Vec<KubePrismEndpoint>,
    }
    columns: ["Host" => "{.host}", "Port" => "{.port}", "Endpoints" => "{.endpoints}"];
}

impl KubePrismConfig {
    /// Id of the only one.
    pub const ID: &'static str = "k8s-loadbalancer-config";
}

resource! {
    /// The API servers that it may use.
    #[derive(Default)]
    pub struct KubePrismEndpoints = "KubePrismEndpoints.kubernetes.talos.dev" in super::NAMESPACE => {
        /// The API servers.
        1 "endpoints" => endpoints: Vec<KubePrismEndpoint>,
    }
    columns: ["Hosts" => "{.endpoints[*].host}", "Ports" => "{.endpoints[*].port}"];
}

impl KubePrismEndpoints {
    /// Id of the only one.
    pub const ID: &'static str = "k8s-cluster";
}

resource! {
    /// Whether it has an API server to pass connections to.
    #[derive(Default)]
    pub struct KubePrismStatuses = "KubePrismStatuses.kubernetes.talos.dev" in super::NAMESPACE => {
        /// Address and port on which it listens.
        1 "host" => host: String,
        /// Whether one of the API servers answers.
        2 "healthy" => healthy: bool,
    }
    columns: ["HOST" => "{.host}", "HEALTHY" => "{.healthy}"];
}

impl KubePrismStatuses {
    /// Id of the only one.
    pub const ID: &'static str = "k8s-loadbalancer";
}

message! {
    /// One API server.
    #[derive(Default)]
    pub struct KubePrismEndpoint {
        /// Name or address.
        1 "host" => host: String,
        /// Port.
        2 "port" => port: u16,
    }
}
