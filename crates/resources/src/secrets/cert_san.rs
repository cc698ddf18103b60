//! Names and addresses that a server's certificate is good for.

use std::{collections::BTreeSet, net::IpAddr};

use crate::declare::resource;

resource! {
    /// Names and addresses that a server's certificate is good for, sorted, each once.
    #[derive(Default, Eq)]
    pub struct CertSan = "CertSANs.secrets.talos.dev" in super::NAMESPACE => {
        /// Addresses.
        1 "ips" => ips: BTreeSet<IpAddr>,
        /// DNS names.
        2 "dnsNames" => dns_names: BTreeSet<String>,
        /// The node's fully qualified name.
        3 "fqdn" => fqdn: String,
    }
    sensitive: true;
}

impl CertSan {
    /// Of the operating system's API.
    pub const API_ID: &'static str = "api";
    /// Of the operating system's API in maintenance.
    pub const MAINTENANCE_ID: &'static str = "maintenance";
    /// Of the Kubernetes API server.
    pub const KUBERNETES_ID: &'static str = "k8s";

    /// Adds a name or an address; empty ones are passed over.
    pub fn add(&mut self, name: &str) {
        match name.parse() {
            Ok(address) => {
                self.ips.insert(address);
            }
            Err(_) if name.is_empty() => {}
            Err(_) => {
                self.dns_names.insert(name.to_owned());
            }
        }
    }
}
