//! The names and addresses that mean this node.

use std::collections::HashSet;
use std::sync::{Arc, RwLock};

use serde::Deserialize;

pub(super) const NAMESPACE: &str = "network";
pub(super) const ADDRESSES: (&str, &str) = ("NodeAddresses.net.talos.dev", "current");
pub(super) const HOSTNAME: (&str, &str) = ("HostnameStatuses.net.talos.dev", "hostname");

/// Names and addresses of this node, kept current by watches.
#[derive(Clone, Default)]
pub(super) struct LocalNames {
    inner: Arc<RwLock<Names>>,
}

#[derive(Default)]
struct Names {
    addresses: HashSet<String>,
    hostnames: HashSet<String>,
}

#[derive(Deserialize)]
struct NodeAddress {
    #[serde(default)]
    addresses: Vec<String>,
}

#[derive(Deserialize)]
struct HostnameStatus {
    #[serde(default)]
    hostname: String,
    #[serde(default)]
    domainname: String,
}

impl LocalNames {
    /// Whether a target means this node.
    pub(super) fn contains(&self, target: &str) -> bool {
        if matches!(target, "127.0.0.1" | "::1" | "localhost") {
            return true;
        }
        let Ok(names) = self.inner.read() else {
            return false;
        };
        names.addresses.contains(target) || names.hostnames.contains(target)
    }

    /// Takes over the specification of a node address resource; one that does not parse changes nothing.
    pub(super) fn set_addresses(&self, yaml: &str) {
        let (Ok(spec), Ok(mut names)) = (serde_saphyr::from_str::<NodeAddress>(yaml), self.inner.write()) else {
            return;
        };
        let bare = |prefix: String| prefix.split_once('/').map_or(prefix.clone(), |(address, _)| address.into());
        names.addresses = spec.addresses.into_iter().map(bare).collect();
    }

    /// Takes over the specification of the hostname resource; one that does not parse changes nothing.
    pub(super) fn set_hostname(&self, yaml: &str) {
        let (Ok(spec), Ok(mut names)) = (serde_saphyr::from_str::<HostnameStatus>(yaml), self.inner.write()) else {
            return;
        };
        names.hostnames.clear();
        if !spec.domainname.is_empty() {
            names.hostnames.insert(format!("{}.{}", spec.hostname, spec.domainname));
        }
        names.hostnames.insert(spec.hostname);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_lose_their_prefix_and_names_gain_their_domain() {
        let names = LocalNames::default();
        names.set_addresses("addresses:\n    - 10.5.0.2/24\n    - fd00::2/64\n");
        names.set_hostname("hostname: one\ndomainname: example.org\n");
        for target in ["10.5.0.2", "fd00::2", "one", "one.example.org", "127.0.0.1"] {
            assert!(names.contains(target), "{target}");
        }
        assert!(!names.contains("10.5.0.3"));
        names.set_addresses("addresses: 3");
        assert!(names.contains("10.5.0.2"));
    }
}
