use super::{Arguments, Object};
use crate::schema::section;

section! {
    /// The kubelet.
    pub struct Kubelet {
        /// Its image.
        "image" => image: String,
        /// Addresses of the cluster's DNS.
        "clusterDNS" => cluster_dns: Vec<String>,
        /// Command line arguments.
        "extraArgs" => extra_args: Arguments,
        /// Further bind mounts into its container.
        "extraMounts" => extra_mounts: Vec<ExtraMount>,
        /// Further fields of its configuration file.
        "extraConfig" => extra_config: Object,
        /// Configuration of credential providers for pulls.
        "credentialProviderConfig" => credential_provider_config: Object [idle],
        /// Containers without a profile get the runtime's default one.
        "defaultRuntimeSeccompProfileEnabled" => default_runtime_seccomp_profile_enabled: Option<bool>,
        /// The node is named by its fully qualified name.
        "registerWithFQDN" => register_with_fqdn: Option<bool>,
        /// Which addresses the node shows.
        "nodeIP" => node_ip: Option<KubeletNodeIp>,
        /// The kubelet runs without an API server.
        "skipNodeRegistration" => skip_node_registration: Option<bool>,
        /// No static pods from files.
        "disableManifestsDirectory" => disable_manifests_directory: Option<bool>,
    }
}

section! {
    /// Which addresses the node shows.
    pub struct KubeletNodeIp {
        /// Subnets to choose from; `!` excludes one.
        "validSubnets" => valid_subnets: Vec<String>,
    }
}

section! {
    /// A mount of the kubelet's container.
    pub struct ExtraMount {
        /// Path inside.
        "destination" => destination: String,
        /// Kind of mount, as `bind`.
        "type" => kind: String,
        /// Path outside.
        "source" => source: String,
        /// Mount options.
        "options" => options: Vec<String>,
        /// User ids inside and outside.
        "uidMappings" => uid_mappings: Vec<IdMapping>,
        /// Group ids inside and outside.
        "gidMappings" => gid_mappings: Vec<IdMapping>,
    }
}

section! {
    /// A range of user or group ids.
    pub struct IdMapping {
        /// First id inside.
        "containerID" => container_id: u32,
        /// First id outside.
        "hostID" => host_id: u32,
        /// How many.
        "size" => size: u32,
    }
}
