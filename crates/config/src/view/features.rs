use crate::{config::Config, defaults};

/// Switches of the machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeaturesView {
    /// Project quotas on EPHEMERAL.
    pub disk_quota_support: bool,
    /// The port of the load balancer for the API server on loopback, when it runs.
    pub kube_prism_port: Option<u16>,
    /// The DNS cache on the machine. It runs as long as there is no main document that could switch it off.
    pub host_dns: bool,
    /// The cluster's DNS asks the machine's.
    pub forward_kube_dns_to_host: bool,
    /// The machine's DNS knows the other nodes.
    pub resolve_member_names: bool,
    /// Images carried by the disk or boot medium are served.
    pub local_image_cache: bool,
    /// `v1` or `v2`: how a node's addresses are ordered.
    pub node_address_sort_algorithm: String,
}

impl Config {
    /// Switches of the machine.
    pub fn features(&self) -> FeaturesView {
        let features = self.machine().and_then(|machine| machine.features.clone()).unwrap_or_default();
        let prism = features.kube_prism.unwrap_or_default();
        let dns = features.host_dns.unwrap_or_default();
        let port = if prism.port == 0 { defaults::KUBE_PRISM_PORT } else { prism.port };
        FeaturesView {
            disk_quota_support: features.disk_quota_support.unwrap_or(false),
            kube_prism_port: prism.enabled.unwrap_or(false).then_some(port),
            host_dns: dns.enabled.unwrap_or(self.machine().is_none()),
            forward_kube_dns_to_host: dns.forward_kube_dns_to_host.unwrap_or(false),
            resolve_member_names: dns.resolve_member_names.unwrap_or(false),
            local_image_cache: features.image_cache.and_then(|cache| cache.local_enabled).unwrap_or(false),
            node_address_sort_algorithm: super::or(&features.node_address_sort_algorithm, || "v1".to_owned()),
        }
    }
}
