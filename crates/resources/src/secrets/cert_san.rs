//! Names and addresses that a server's certificate is good for.

use std::{collections::BTreeSet, net::IpAddr};

use minos_runtime::Spec;
use serde::{Deserialize, Serialize};

/// Names and addresses that a server's certificate is good for, sorted, each once.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertSan {
    /// Addresses.
    pub ips: BTreeSet<IpAddr>,
    /// DNS names.
    #[serde(rename = "dnsNames")]
    pub dns_names: BTreeSet<String>,
    /// The node's fully qualified name.
    pub fqdn: String,
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

impl Spec for CertSan {
    const TYPE: &'static str = "CertSANs.secrets.talos.dev";
    const NAMESPACE: &'static str = super::NAMESPACE;
    const SENSITIVE: bool = true;
}
