//! What the manifests that a cluster starts with are made from.

use crate::declare::resource;

resource! {
    /// What the manifests that a cluster starts with are made from.
    #[derive(Default)]
    pub struct BootstrapManifestsConfig = "BootstrapManifestsConfigs.kubernetes.talos.dev" in super::CONTROL_PLANE_NAMESPACE => {
        /// URL of the API server as pods on the host network reach it.
        1 "string" => server: String,
        /// The cluster's DNS domain.
        2 "clusterDomain" => cluster_domain: String,
        /// The pods' subnets.
        3 "podCIDRs" => pod_cidrs: Vec<String>,
        /// Whether kube-proxy runs.
        4 "proxyEnabled" => proxy_enabled: bool,
        /// kube-proxy's image.
        5 "proxyImage" => proxy_image: String,
        /// kube-proxy's flags.
        6 "proxyArgs" => proxy_args: Vec<String>,
        /// Whether CoreDNS runs.
        7 "coreDNSEnabled" => core_dns_enabled: bool,
        /// CoreDNS' image.
        8 "coreDNSImage" => core_dns_image: String,
        /// Address of the DNS service, or empty.
        9 "dnsServiceIP" => dns_service_ip: String,
        /// IPv6 address of the DNS service, or empty.
        10 "dnsServiceIPv6" => dns_service_ipv6: String,
        /// Whether flannel runs.
        11 "flannelEnabled" => flannel_enabled: bool,
        /// flannel's image.
        12 "flannelImage" => flannel_image: String,
        /// Further flags of flannel.
        16 "flannelExtraArgs" => flannel_extra_args: Vec<String>,
        /// Host at which flannel reaches the API server, or empty.
        17 "flannelKubeServiceHost" => flannel_kube_service_host: String,
        /// Port of it, or empty.
        18 "flannelKubeServicePort" => flannel_kube_service_port: String,
        /// Whether network policies are enforced beside flannel.
        19 "flannelKubeNetworkPoliciesEnabled" => flannel_kube_network_policies_enabled: bool,
        /// Image of what enforces them.
        20 "flannelKubeNetworkPoliciesImage" => flannel_kube_network_policies_image: String,
        /// Pod security policies, which no Kubernetes has any more.
        14 "podSecurityPolicyEnabled" => pod_security_policy_enabled: bool,
        /// Whether the node's API is offered to pods.
        15 "talosAPIServiceEnabled" => talos_api_service_enabled: bool,
        /// `flannel`, `custom` or `none`.
        21 "cniName" => cni_name: String,
    }
}

impl BootstrapManifestsConfig {
    /// Id of the only one.
    pub const ID: &'static str = "manifests";
}
