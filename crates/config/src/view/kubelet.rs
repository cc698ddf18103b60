use super::or;
use crate::{
    config::Config,
    defaults,
    documents::v1alpha1::{Arguments, ExtraMount, Object},
};

/// The kubelet.
#[derive(Clone, Debug, PartialEq)]
pub struct KubeletView {
    /// Its image.
    pub image: String,
    /// Addresses of the cluster's DNS; empty means the tenth of each service network.
    pub cluster_dns: Vec<String>,
    /// Command line arguments.
    pub extra_args: Arguments,
    /// Further mounts into its container.
    pub extra_mounts: Vec<ExtraMount>,
    /// Further fields of its configuration file.
    pub extra_config: Object,
    /// Containers without a profile get the runtime's default one.
    pub default_runtime_seccomp_profile_enabled: bool,
    /// The node is named by its fully qualified name.
    pub register_with_fqdn: bool,
    /// Subnets to choose the node's address from; `!` excludes one.
    pub valid_subnets: Vec<String>,
    /// The kubelet runs without an API server.
    pub skip_node_registration: bool,
    /// No static pods from files.
    pub disable_manifests_directory: bool,
}

impl Config {
    /// The kubelet.
    pub fn kubelet(&self) -> KubeletView {
        let kubelet = self.machine().and_then(|machine| machine.kubelet.clone()).unwrap_or_default();
        KubeletView {
            image: or(&kubelet.image, || defaults::kubelet_image(defaults::KUBERNETES_VERSION)),
            cluster_dns: kubelet.cluster_dns,
            extra_args: kubelet.extra_args,
            extra_mounts: kubelet.extra_mounts,
            extra_config: kubelet.extra_config,
            default_runtime_seccomp_profile_enabled: kubelet.default_runtime_seccomp_profile_enabled.unwrap_or(false),
            register_with_fqdn: kubelet.register_with_fqdn.unwrap_or(false),
            valid_subnets: kubelet.node_ip.map(|node_ip| node_ip.valid_subnets).unwrap_or_default(),
            skip_node_registration: kubelet.skip_node_registration.unwrap_or(false),
            disable_manifests_directory: kubelet.disable_manifests_directory.unwrap_or(false),
        }
    }
}
