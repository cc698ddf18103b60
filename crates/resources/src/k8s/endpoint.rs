//! Where API servers are.

use std::net::IpAddr;

use crate::declare::resource;

resource! {
    /// Addresses of API servers, as one source knows them.
    #[derive(Default)]
    pub struct Endpoint = "Endpoints.kubernetes.talos.dev" in super::CONTROL_PLANE_NAMESPACE => {
        /// Addresses.
        1 "addresses" => addresses: Vec<IpAddr>,
        /// Host names.
        2 "hosts" => hosts: Vec<String>,
    }
    columns: ["Addresses" => "{.addresses}", "Hosts" => "{.hosts}"];
}

impl Endpoint {
    /// Known from the Kubernetes API.
    pub const API_SERVER_ID: &'static str = "kube-apiserver";
    /// Known from discovery.
    pub const DISCOVERED_ID: &'static str = "discovery";
    /// The cluster's endpoint of the configuration.
    pub const CONTROL_PLANE_ID: &'static str = "controlplane";
}
