//! What the kubelet is made from, taken from the machine configuration.

use std::net::IpAddr;

use minos_config::Config;
use minos_resources::config::MachineConfig;
use minos_resources::k8s::{ExtraMount, KubeletConfig, StaticPodServerStatus};
use minos_runtime::{Controller, Transform};
use serde_json::Value;

use crate::from_config::{arg_values, of_cluster};

/// The controller.
pub(crate) fn controller() -> Box<dyn Controller> {
    let transform = Transform::<MachineConfig, KubeletConfig, _>::new("kubernetes.kubelet.config", |cx, config| {
        if config.id() != MachineConfig::ID {
            return Ok(None);
        }
        let Some(config) = of_cluster(config) else { return Ok(None) };
        let url = cx.require::<StaticPodServerStatus>(StaticPodServerStatus::ID)?.url.clone();
        Ok(Some((KubeletConfig::ID.to_owned(), make(config, url))))
    });
    transform.reading::<StaticPodServerStatus>().boxed()
}

fn make(config: &Config, static_pod_list_url: String) -> KubeletConfig {
    let kubelet = config.kubelet();
    let network = config.cluster_network();
    let mut cluster_dns = kubelet.cluster_dns;
    if cluster_dns.is_empty() {
        cluster_dns = network.dns_service_ips().iter().map(IpAddr::to_string).collect();
    }
    let mounts = kubelet.extra_mounts.into_iter().map(|mount| ExtraMount {
        destination: mount.destination,
        kind: mount.kind,
        source: mount.source,
        options: mount.options,
        ..ExtraMount::default()
    });
    KubeletConfig {
        image: kubelet.image,
        cluster_dns,
        cluster_domain: network.dns_domain,
        extra_args: arg_values(&kubelet.extra_args),
        extra_mounts: mounts.collect(),
        extra_config: (!kubelet.extra_config.is_empty()).then_some(Value::Object(kubelet.extra_config)),
        cloud_provider_external: config.external_cloud_provider(),
        default_runtime_seccomp_enabled: kubelet.default_runtime_seccomp_profile_enabled,
        skip_node_registration: kubelet.skip_node_registration,
        static_pod_list_url,
        disable_manifests_directory: kubelet.disable_manifests_directory,
        enable_fs_quota_monitoring: config.features().disk_quota_support,
        credential_provider_config: None,
        allow_scheduling_on_control_plane: config.allow_scheduling_on_control_planes(),
    }
}
