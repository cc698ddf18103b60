//! The node's name.

use super::ConfigLayer;
use crate::declare::resource;

resource! {
    /// The name that the node should have.
    #[derive(Eq, Default)]
    pub struct HostnameSpec = "HostnameSpecs.net.talos.dev" in super::NAMESPACE => {
        /// Without domain.
        1 "hostname" => hostname: String,
        /// Domain; may be empty.
        2 "domainname" => domainname: String,
        /// Who wishes it.
        3 "layer" => layer: ConfigLayer,
    }
}

resource! {
    /// The name that the node has.
    #[derive(Eq, Default)]
    pub struct HostnameStatus = "HostnameStatuses.net.talos.dev" in super::NAMESPACE => {
        /// Without domain.
        1 "hostname" => hostname: String,
        /// Domain; may be empty.
        2 "domainname" => domainname: String,
    }
    aliases: ["hostname"];
    columns: ["Hostname" => "{.hostname}", "Domainname" => "{.domainname}"];
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
