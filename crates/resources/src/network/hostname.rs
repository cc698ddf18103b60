//! The node's name.

use minos_runtime::{Column, Spec};
use serde::{Deserialize, Serialize};

use super::ConfigLayer;

/// The name that the node should have.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct HostnameSpec {
    /// Without domain.
    pub hostname: String,
    /// Domain; may be empty.
    pub domainname: String,
    /// Who wishes it.
    pub layer: ConfigLayer,
}

/// The name that the node has.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct HostnameStatus {
    /// Without domain.
    pub hostname: String,
    /// Domain; may be empty.
    pub domainname: String,
}

impl HostnameSpec {
    /// Id of the only one, behind the layer in `network-config`.
    pub const ID: &'static str = "hostname";

    /// Splits a name at its first dot; nothing when it is empty or longer than names may be (63, with domain 253).
    pub fn parse(name: &str, layer: ConfigLayer) -> Option<Self> {
        let (hostname, domainname) = name.split_once('.').unwrap_or((name, ""));
        let valid = !hostname.is_empty() && hostname.len() <= 63 && name.len() <= 253;
        valid.then(|| Self { hostname: hostname.to_owned(), domainname: domainname.to_owned(), layer })
    }
}

impl HostnameStatus {
    /// Id of the only one.
    pub const ID: &'static str = "hostname";

    /// With domain, where there is one.
    pub fn fqdn(&self) -> String {
        if self.domainname.is_empty() {
            self.hostname.clone()
        } else {
            format!("{}.{}", self.hostname, self.domainname)
        }
    }

    /// The names that certificates carry.
    pub fn dns_names(&self) -> Vec<String> {
        let mut names = vec![self.hostname.clone()];
        if !self.domainname.is_empty() {
            names.push(self.fqdn());
        }
        names
    }
}

impl Spec for HostnameSpec {
    const TYPE: &'static str = "HostnameSpecs.net.talos.dev";
    const NAMESPACE: &'static str = super::NAMESPACE;
}

impl Spec for HostnameStatus {
    const TYPE: &'static str = "HostnameStatuses.net.talos.dev";
    const NAMESPACE: &'static str = super::NAMESPACE;
    const ALIASES: &'static [&'static str] = &["hostname"];
    const COLUMNS: &'static [Column] =
        &[Column::new("Hostname", "{.hostname}"), Column::new("Domainname", "{.domainname}")];
}
