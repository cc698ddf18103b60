//! What holds when a configuration says nothing; as upstream's v1.13.

/// The Kubernetes that is generated for and assumed.
pub const KUBERNETES_VERSION: &str = "1.36.3";
/// The etcd that is generated for and assumed.
pub const ETCD_VERSION: &str = "v3.6.12";
/// The CoreDNS that is generated for and assumed.
pub const COREDNS_VERSION: &str = "v1.14.6";
/// The version of the contract that configurations are generated for.
pub const TALOS_VERSION: &str = "v1.13.9";

/// Where the kubelet's image is.
pub const KUBELET_IMAGE: &str = "ghcr.io/siderolabs/kubelet";
/// Where the installer image is.
pub(crate) const INSTALLER_IMAGE: &str = "ghcr.io/siderolabs/installer";

pub(crate) const POD_SUBNET_V4: &str = "10.244.0.0/16";
pub(crate) const POD_SUBNET_V6: &str = "fc00:db8:10::/56";
pub(crate) const SERVICE_SUBNET_V4: &str = "10.96.0.0/12";
pub(crate) const SERVICE_SUBNET_V6: &str = "fc00:db8:20::/112";
pub(crate) const DNS_DOMAIN: &str = "cluster.local";
pub(crate) const API_SERVER_PORT: u16 = 6443;
pub(crate) const KUBE_PRISM_PORT: u16 = 7445;
pub(crate) const TIME_SERVER: &str = "time.cloudflare.com";
pub(crate) const RESOLVERS: [&str; 2] = ["1.1.1.1", "8.8.8.8"];
pub(crate) const DISCOVERY_SERVICE: &str = "https://discovery.talos.dev/";
/// Metric of routes that say none, as systemd-networkd's.
pub(crate) const ROUTE_METRIC: u32 = 1024;

/// Image of one of Kubernetes' own components, as `kube-apiserver`.
pub fn kubernetes_image(component: &str, version: &str) -> String {
    format!("registry.k8s.io/{component}:v{version}")
}

/// Image of the kubelet.
pub(crate) fn kubelet_image(version: &str) -> String {
    format!("{KUBELET_IMAGE}:v{version}")
}

/// Image of etcd.
pub fn etcd_image() -> String {
    format!("registry.k8s.io/etcd:{ETCD_VERSION}")
}

/// Image of CoreDNS.
pub fn coredns_image() -> String {
    format!("registry.k8s.io/coredns/coredns:{COREDNS_VERSION}")
}
