//! The manifests that a cluster starts with, by id; ids sort in the order of creation.

use minos_pki::Secret;
use minos_resources::k8s::BootstrapManifestsConfig;
use serde_json::Value;

use super::{base, core_dns, flannel, kube_proxy};

/// Manifests by id.
pub(crate) fn render(
    config: &BootstrapManifestsConfig,
    token_id: &str,
    token_secret: &Secret,
) -> Vec<(&'static str, Vec<Value>)> {
    let mut manifests = vec![
        ("00-kubelet-bootstrapping-token", vec![base::bootstrap_token(token_id, token_secret)]),
        ("01-csr-approver-role-binding", vec![base::csr_approver()]),
        ("01-csr-node-bootstrap", vec![base::node_bootstrapper()]),
        ("01-csr-renewal-role-binding", vec![base::csr_renewal()]),
        ("11-kube-config-in-cluster", vec![base::in_cluster_kubeconfig(config)]),
        ("11-talos-node-rbac-template", base::node_role().into()),
    ];
    if config.flannel_enabled {
        manifests.push(("05-flannel", flannel::objects(config)));
    }
    if config.proxy_enabled {
        manifests.push(("10-kube-proxy", kube_proxy::objects(config)));
    }
    if config.core_dns_enabled {
        manifests.push(("11-core-dns", core_dns::objects(config)));
        manifests.push(("11-core-dns-svc", vec![core_dns::service(config)]));
    }
    if config.talos_api_service_enabled {
        manifests.push(("13-talos-service-account-crd", vec![base::service_account_definition()]));
    }
    manifests
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config() -> BootstrapManifestsConfig {
        BootstrapManifestsConfig {
            server: "https://127.0.0.1:7445".to_owned(),
            cluster_domain: "cluster.local".to_owned(),
            pod_cidrs: vec!["10.244.0.0/16".to_owned()],
            proxy_enabled: true,
            proxy_image: "registry.k8s.io/kube-proxy:v1.36.3".to_owned(),
            proxy_args: vec!["--proxy-mode=nftables".to_owned()],
            core_dns_enabled: true,
            core_dns_image: "registry.k8s.io/coredns/coredns:v1.14.6".to_owned(),
            dns_service_ip: "10.96.0.10".to_owned(),
            flannel_enabled: true,
            flannel_image: "ghcr.io/siderolabs/flannel:0.28.8".to_owned(),
            flannel_kube_service_host: "127.0.0.1".to_owned(),
            flannel_kube_service_port: "7445".to_owned(),
            ..BootstrapManifestsConfig::default()
        }
    }

    #[test]
    fn everything_on() {
        insta::assert_json_snapshot!(render(&config(), "abcdef", &Secret::new("0123456789abcdef")));
    }

    #[test]
    fn what_is_off_is_not_there() {
        let config = BootstrapManifestsConfig {
            proxy_enabled: false,
            core_dns_enabled: false,
            flannel_enabled: false,
            ..config()
        };
        let ids: Vec<_> = render(&config, "a", &Secret::new("b")).into_iter().map(|(id, _)| id).collect();
        assert_eq!(ids.len(), 6);
        assert!(!ids.iter().any(|id| id.contains("flannel") || id.contains("proxy") || id.contains("dns")));
    }
}
