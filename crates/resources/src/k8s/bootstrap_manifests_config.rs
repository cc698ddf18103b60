//! What the manifests that a cluster starts with are made from.

use minos_runtime::Spec;
use serde::{Deserialize, Serialize};

/// What the manifests that a cluster starts with are made from.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BootstrapManifestsConfig {
    /// URL of the API server as pods on the host network reach it.
    #[serde(rename = "string")]
    pub server: String,
    /// The cluster's DNS domain.
    pub cluster_domain: String,
    /// The pods' subnets.
    #[serde(rename = "podCIDRs")]
    pub pod_cidrs: Vec<String>,
    /// Whether kube-proxy runs.
    pub proxy_enabled: bool,
    /// kube-proxy's image.
    pub proxy_image: String,
    /// kube-proxy's flags.
    pub proxy_args: Vec<String>,
    /// Whether CoreDNS runs.
    #[serde(rename = "coreDNSEnabled")]
    pub core_dns_enabled: bool,
    /// CoreDNS' image.
    #[serde(rename = "coreDNSImage")]
    pub core_dns_image: String,
    /// Address of the DNS service, or empty.
    #[serde(rename = "dnsServiceIP")]
    pub dns_service_ip: String,
    /// IPv6 address of the DNS service, or empty.
    #[serde(rename = "dnsServiceIPv6")]
    pub dns_service_ipv6: String,
    /// Whether flannel runs.
    pub flannel_enabled: bool,
    /// flannel's image.
    pub flannel_image: String,
    /// Further flags of flannel.
    pub flannel_extra_args: Vec<String>,
    /// Host at which flannel reaches the API server, or empty.
    pub flannel_kube_service_host: String,
    /// Port of it, or empty.
    pub flannel_kube_service_port: String,
    /// Whether network policies are enforced beside flannel.
    pub flannel_kube_network_policies_enabled: bool,
    /// Image of what enforces them.
    pub flannel_kube_network_policies_image: String,
    /// Pod security policies, which no Kubernetes has any more.
    pub pod_security_policy_enabled: bool,
    /// Whether the node's API is offered to pods.
    #[serde(rename = "talosAPIServiceEnabled")]
    pub talos_api_service_enabled: bool,
    /// `flannel`, `custom` or `none`.
    pub cni_name: String,
}

impl BootstrapManifestsConfig {
    /// Id of the only one.
    pub const ID: &'static str = "manifests";
}

impl Spec for BootstrapManifestsConfig {
    const TYPE: &'static str = "BootstrapManifestsConfigs.kubernetes.talos.dev";
    const NAMESPACE: &'static str = super::CONTROL_PLANE_NAMESPACE;
}
