//! What the kubelet is made from.

use std::collections::BTreeMap;

use serde_json::Value;

use super::ArgValues;
use crate::declare::{message, resource};

resource! {
    /// What the kubelet is made from.
    #[derive(Default)]
    pub struct KubeletConfig = "KubeletConfigs.kubernetes.talos.dev" in super::NAMESPACE => {
        /// Image reference.
        1 "image" => image: String,
        /// Addresses of the DNS service for pods.
        2 "clusterDNS" => cluster_dns: Vec<String>,
        /// The cluster's DNS domain.
        3 "clusterDomain" => cluster_domain: String,
        /// Further flags, merged over the kubelet's own.
        15 "extraArgs" => extra_args: BTreeMap<String, ArgValues> [omitempty],
        /// Further mounts.
        5 "extraMounts" => extra_mounts: Vec<ExtraMount> [omitempty],
        /// Further fields of its configuration document.
        6 "extraConfig" => extra_config: Option<Value> [omitempty],
        /// Whether a cloud controller manager initialises the node.
        7 "cloudProviderExternal" => cloud_provider_external: bool,
        /// Whether pods get the runtime's seccomp profile unless they say otherwise.
        8 "defaultRuntimeSeccompEnabled" => default_runtime_seccomp_enabled: bool,
        /// Whether it runs without an API server.
        9 "skipNodeRegistration" => skip_node_registration: bool,
        /// URL of the list of static pods.
        10 "staticPodListURL" => static_pod_list_url: String,
        /// Whether the directory for static pods is not read.
        11 "disableManifestsDirectory" => disable_manifests_directory: bool,
        /// Whether project quotas measure ephemeral storage.
        12 "enableFSQuotaMonitoring" => enable_fs_quota_monitoring: bool,
        /// Configuration of image credential providers.
        13 "credentialProviderConfig" => credential_provider_config: Option<Value> [omitempty],
        /// Whether a control plane node takes ordinary pods.
        14 "allowSchedulingOnControlPlane" => allow_scheduling_on_control_plane: bool,
    }
    sensitive: true;
}

impl KubeletConfig {
    /// Id of the only one.
    pub const ID: &'static str = "kubelet";
}

message! {
    /// A mount in the form of the OCI runtime specification.
    #[derive(Default)]
    pub struct ExtraMount {
        /// Path in the container.
        1 "destination" => destination: String,
        /// Type of file system.
        2 "type" => kind: String,
        /// What is mounted.
        3 "source" => source: String,
        /// Options.
        4 "options" => options: Vec<String>,
        /// Users of the host that are others inside.
        5 "uidmappings" => uid_mappings: Vec<IdMapping>,
        /// Groups of the host that are others inside.
        6 "gidmappings" => gid_mappings: Vec<IdMapping>,
    }
}

message! {
    /// A range of ids of the host that are others in a container.
    #[derive(Default)]
    pub struct IdMapping {
        /// First id inside.
        1 "containerid" => container_id: u32,
        /// First id on the host.
        2 "hostid" => host_id: u32,
        /// How many.
        3 "size" => size: u32,
    }
}
