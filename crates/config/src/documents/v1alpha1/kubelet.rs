use super::{Arguments, Object};
use crate::schema::{Effect, section};

section! {
    /// The kubelet.
    pub struct Kubelet {
        /// Its image. The tag tells which Kubernetes the node runs.
        "image" => image: String
            [default("ghcr.io/siderolabs/kubelet of the release that this system is made for")]
            [example("ghcr.io/siderolabs/kubelet:v1.36.3")],
        /// The addresses of the cluster's DNS, as pods are told.
        "clusterDNS" => cluster_dns: Vec<String>
            [default("the tenth address of each of cluster.network.serviceSubnets")] [example("[10.96.0.10]")],
        /// Flags of its command line, without dashes; a list gives a flag several times. Flags that the system needs,
        /// such as `kubeconfig`, are refused.
        "extraArgs" => extra_args: Arguments [example("{v: \"4\"}")],
        /// Further mounts into its container.
        "extraMounts" => extra_mounts: Vec<ExtraMount>,
        /// Further fields of its configuration file (`KubeletConfiguration`). Fields that the system decides, such as
        /// `authentication`, `cgroupRoot` and `port`, are refused.
        "extraConfig" => extra_config: Object [example("{maxPods: 200}")],
        /// Programs that give the kubelet credentials for images (`CredentialProviderConfig`).
        "credentialProviderConfig" => credential_provider_config: Object
            [example("{apiVersion: kubelet.config.k8s.io/v1, kind: CredentialProviderConfig, providers: []}")] [idle],
        /// Containers that name no seccomp profile get the container runtime's default one.
        "defaultRuntimeSeccompProfileEnabled" => default_runtime_seccomp_profile_enabled: Option<bool>
            [default("false")],
        /// The node has the machine's whole name with its domain, as some clouds need it.
        "registerWithFQDN" => register_with_fqdn: Option<bool> [default("false")],
        /// Which of the machine's addresses are the node's.
        "nodeIP" => node_ip: Option<KubeletNodeIp>,
        /// The kubelet runs static pods only and no API server knows the node.
        "skipNodeRegistration" => skip_node_registration: Option<bool>
            [default("false")] [effect(Effect::Restarts(&["kubelet", "kube-apiserver"]))],
        /// The kubelet does not look for static pods in `/etc/kubernetes/manifests`.
        "disableManifestsDirectory" => disable_manifests_directory: Option<bool> [default("false")],
    }
}

section! {
    /// Which of the machine's addresses are the node's.
    pub struct KubeletNodeIp {
        /// Networks and addresses that one of each family is chosen from; `!` before one excludes it. Excluded ones
        /// stand last.
        "validSubnets" => valid_subnets: Vec<String>
            [default("every address outside of the networks of pods and services")]
            [example("[10.0.0.0/8, \"!10.0.0.3/32\"]")],
    }
}

section! {
    /// A mount of the kubelet's container.
    pub struct ExtraMount {
        /// The path in the container.
        "destination" => destination: String [example("/var/lib/storage")],
        /// The kind of mount.
        "type" => kind: String [default("bind")] [example("bind")],
        /// The path on the machine. A missing one below `/var` is made, as a directory.
        "source" => source: String [example("/var/lib/storage")],
        /// Options of the mount. `bind` or `rbind` is needed among them.
        "options" => options: Vec<String> [example("[bind, rshared, rw]")],
        /// User ids in the container and on the machine, for file systems that can show other owners.
        "uidMappings" => uid_mappings: Vec<IdMapping> [idle],
        /// Group ids in the container and on the machine, for file systems that can show other owners.
        "gidMappings" => gid_mappings: Vec<IdMapping> [idle],
    }
}

section! {
    /// A range of user or group ids.
    pub struct IdMapping {
        /// The first id in the container.
        "containerID" => container_id: u32 [example("0")],
        /// The first id on the machine.
        "hostID" => host_id: u32 [example("100000")],
        /// How many ids there are.
        "size" => size: u32 [example("65536")],
    }
}
