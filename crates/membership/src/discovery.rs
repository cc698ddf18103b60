//! How the nodes of the cluster find each other, from the configuration.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use minos_resources::{cluster::DiscoveryConfig, config::MachineConfig};
use minos_runtime::{Controller, Resource, Transform};

pub(crate) fn controller() -> Box<dyn Controller> {
    Transform::new("membership.discovery.config", |_, config: &Resource<MachineConfig>| {
        let known = config.id() == MachineConfig::ID && config.cluster().is_some();
        Ok(known.then(|| (DiscoveryConfig::ID.to_owned(), discovery(config))))
    })
    .boxed()
}

fn discovery(config: &MachineConfig) -> DiscoveryConfig {
    let view = config.discovery();
    let mut discovery = DiscoveryConfig {
        discovery_enabled: view.enabled,
        registry_kubernetes_enabled: view.kubernetes,
        registry_service_enabled: view.service.is_some(),
        ..DiscoveryConfig::default()
    };
    if let Some(url) = view.service {
        let (scheme, rest) = url.split_once("://").unwrap_or(("https", url.as_str()));
        let host = rest.split('/').next().unwrap_or_default();
        let port = if scheme == "http" { 80 } else { 443 };
        let bare = host.rsplit_once(':').is_none_or(|(_, port)| port.contains(']'));
        discovery.service_endpoint = if bare { format!("{host}:{port}") } else { host.to_owned() };
        discovery.service_endpoint_insecure = scheme == "http";
        discovery.service_cluster_id = config.cluster_id().to_owned();
        let secret = config.cluster_secret().map(|secret| STANDARD.decode(secret.expose()).unwrap_or_default());
        discovery.service_encryption_key = secret.unwrap_or_default();
    }
    discovery
}
