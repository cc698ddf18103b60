//! What manifests are made from, taken from the machine configuration.

use std::collections::BTreeMap;

use minos_config::{CniKind, Config};
use minos_resources::k8s::{BootstrapManifestsConfig, ExtraManifest, ExtraManifestsConfig};
use minos_runtime::{Controller, ReconcileError, Transform};

use crate::args::{Args, ArgsError, Policy};
use crate::control_plane::config::pod_cidrs;
use crate::from_config::{arg_values, from_config, of_control_plane};
use crate::version::KubernetesVersion;

/// Public images of what `cni: flannel` brings.
const FLANNEL_IMAGE: &str = "ghcr.io/siderolabs/flannel:0.28.8";
const NETWORK_POLICIES_IMAGE: &str = "registry.k8s.io/networking/kube-network-policies:v1.1.0";

/// One controller for each resource.
pub(crate) fn controllers() -> Vec<Box<dyn Controller>> {
    let bootstrap = Transform::<minos_resources::config::MachineConfig, BootstrapManifestsConfig, _>::new(
        "kubernetes.manifests.config",
        |_, config| {
            if config.id() != minos_resources::config::MachineConfig::ID {
                return Ok(None);
            }
            let made = bootstrap(config).map_err(ReconcileError::from)?;
            Ok(made.map(|made| (BootstrapManifestsConfig::ID.to_owned(), made)))
        },
    );
    vec![bootstrap.boxed(), from_config("kubernetes.extra-manifests.config", ExtraManifestsConfig::ID, extra)]
}

fn bootstrap(config: &Config) -> Result<Option<BootstrapManifestsConfig>, ArgsError> {
    let Some(config) = of_control_plane(config) else { return Ok(None) };
    let network = config.cluster_network();
    let dns = network.dns_service_ips();
    let first = |v4: bool| dns.iter().find(|ip| ip.is_ipv4() == v4).map(ToString::to_string).unwrap_or_default();
    let (flannel_enabled, extra_args, policies, cni_name) = match network.cni {
        CniKind::Flannel { extra_args, network_policies } => (true, extra_args, network_policies, "flannel"),
        CniKind::Custom(_) => (false, Vec::new(), false, "custom"),
        CniKind::None => (false, Vec::new(), false, "none"),
    };
    let prism = config.features().kube_prism_port;
    let server = prism.map_or_else(|| config.cluster_endpoint().to_owned(), |port| format!("https://127.0.0.1:{port}"));
    let (proxy, core_dns) = (config.proxy(), config.core_dns());
    Ok(Some(BootstrapManifestsConfig {
        server,
        cluster_domain: network.dns_domain,
        pod_cidrs: pod_cidrs(config),
        proxy_enabled: proxy.enabled,
        proxy_args: proxy_args(config)?,
        proxy_image: proxy.image,
        core_dns_enabled: core_dns.enabled,
        core_dns_image: core_dns.image,
        dns_service_ip: first(true),
        dns_service_ipv6: first(false),
        flannel_enabled,
        flannel_image: FLANNEL_IMAGE.to_owned(),
        flannel_extra_args: extra_args,
        flannel_kube_service_host: prism.map(|_| "127.0.0.1".to_owned()).unwrap_or_default(),
        flannel_kube_service_port: prism.map(|port| port.to_string()).unwrap_or_default(),
        flannel_kube_network_policies_enabled: policies,
        flannel_kube_network_policies_image: NETWORK_POLICIES_IMAGE.to_owned(),
        pod_security_policy_enabled: false,
        talos_api_service_enabled: false,
        cni_name: cni_name.to_owned(),
    }))
}

fn proxy_args(config: &Config) -> Result<Vec<String>, ArgsError> {
    let proxy = config.proxy();
    let mode = match proxy.mode.as_str() {
        "" if KubernetesVersion::of_image(&proxy.image).has_nftables_proxy() => "nftables",
        "" => "iptables",
        mode => mode,
    };
    let mut args = Args::of([
        ("cluster-cidr", pod_cidrs(config).join(",").as_str()),
        // The node has set what the table of connections needs.
        ("conntrack-max-per-core", "0"),
        ("hostname-override", "$(NODE_NAME)"),
        ("kubeconfig", "/etc/kubernetes/kubeconfig"),
        ("proxy-mode", mode),
    ]);
    let policy = |flag: &str| if flag == "kubeconfig" { Policy::Denied } else { Policy::Overwrite };
    args.merge(&arg_values(&proxy.extra_args), policy)?;
    Ok(args.render())
}

fn extra(config: &Config) -> Option<ExtraManifestsConfig> {
    let config = of_control_plane(config)?;
    let by_url = |url: &String, priority: &str, headers: &BTreeMap<String, String>| ExtraManifest {
        name: url.clone(),
        url: url.clone(),
        priority: priority.to_owned(),
        extra_headers: headers.clone(),
        inline_manifest: String::new(),
    };
    let mut manifests = Vec::new();
    if let CniKind::Custom(urls) = config.cluster_network().cni {
        // Before the cluster's own.
        manifests.extend(urls.iter().map(|url| by_url(url, "05", &BTreeMap::new())));
    }
    let headers = config.extra_manifest_headers();
    let headers = headers.map(|(name, value)| (name.to_owned(), value.expose().to_owned())).collect();
    manifests.extend(config.extra_manifests().iter().map(|url| by_url(url, "99", &headers)));
    manifests.extend(config.inline_manifests().iter().map(|manifest| ExtraManifest {
        name: manifest.name.clone(),
        url: String::new(),
        priority: "99".to_owned(),
        extra_headers: BTreeMap::new(),
        inline_manifest: manifest.contents.clone(),
    }));
    Some(ExtraManifestsConfig { extra_manifests: manifests })
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use minos_config::MachineType;
    use minos_config::generate::{Input, Secrets};

    use super::*;

    /// The image cache has every image that a generated configuration makes a node pull, under the name that it has there.
    #[test]
    fn the_image_cache_holds_what_a_generated_configuration_names() {
        let secrets = Secrets::generate(SystemTime::now()).unwrap();
        let input = Input::new("demo", "https://10.5.0.2:6443", secrets).unwrap();
        let config = input.config(MachineType::ControlPlane).unwrap();
        let manifests = bootstrap(&config).unwrap().unwrap();
        let named = [
            config.kubelet().image,
            config.etcd().image,
            config.api_server().image,
            config.controller_manager().image,
            config.scheduler().image,
            manifests.proxy_image,
            manifests.core_dns_image,
            manifests.flannel_image,
        ];
        let cached = include_str!("../../../../parts/images.toml");
        for name in named {
            assert!(cached.contains(&format!("\"{name}\"")), "parts/images.toml has no image {name}");
        }
    }
}
