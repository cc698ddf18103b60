use super::effects;
use crate::schema::{Effect, section};

section! {
    /// Parts of the operating system that can be switched on.
    pub struct Features {
        /// Kept for old files: roles of clients are always checked.
        "rbac" => rbac: Option<bool> [default("true")] [effect(Effect::Live)],
        /// A machine without a given name is named after its identity, so that the name stays when its address
        /// changes.
        "stableHostname" => stable_hostname: Option<bool>
            [default("false")] [deprecated("use HostnameConfig with auto: stable")] [effect(effects::NAMED)],
        /// Access of pods to the operating system's API. Only on control planes.
        "kubernetesTalosAPIAccess" => kubernetes_talos_api_access: Option<KubernetesApiAccess> [idle],
        /// Kept for old files: a client's certificate must always be one for clients.
        "apidCheckExtKeyUsage" => apid_check_ext_key_usage: Option<bool> [default("true")] [effect(Effect::Live)],
        /// The kubelet measures what pods store on EPHEMERAL by project quotas of the file system, not by reading all
        /// files.
        "diskQuotaSupport" => disk_quota_support: Option<bool> [default("false")] [effect(effects::KUBELET)],
        /// KubePrism: a load balancer for the API servers on this machine's loopback. The machine's own programs use
        /// it instead of the cluster's endpoint.
        "kubePrism" => kube_prism: Option<KubePrism> [effect(effects::CONTROL_PLANE_AND_KUBELET)],
        /// A DNS server on the machine that remembers answers. Programs on the machine ask it.
        "hostDNS" => host_dns: Option<HostDns> [effect(Effect::Live)],
        /// Images that came with the disk or the boot medium.
        "imageCache" => image_cache: Option<ImageCache> [effect(Effect::Live)],
        /// The order of the machine's addresses: `v1` by the address itself, `v2` those of smaller networks first.
        "nodeAddressSortAlgorithm" => node_address_sort_algorithm: String
            [default("v1")] [example("v2")] [effect(Effect::Live)],
    }
}

section! {
    /// Access of pods to the operating system's API.
    pub struct KubernetesApiAccess {
        /// Whether pods can have it.
        "enabled" => enabled: Option<bool> [default("false")],
        /// The roles that pods can get. Without any they get none.
        "allowedRoles" => allowed_roles: Vec<String> [example("[\"os:reader\"]")],
        /// The namespaces whose pods can get them.
        "allowedKubernetesNamespaces" => allowed_kubernetes_namespaces: Vec<String> [example("[kube-system]")],
    }
}

section! {
    /// The load balancer for the API servers.
    pub struct KubePrism {
        /// Whether it runs.
        "enabled" => enabled: Option<bool> [default("false")],
        /// The port on loopback. 0 is the default.
        "port" => port: u16 [default("7445")] [example("7445")],
    }
}

section! {
    /// A DNS server on the machine.
    pub struct HostDns {
        /// Whether it runs.
        "enabled" => enabled: Option<bool> [default("false")],
        /// The cluster's DNS asks it, at 169.254.116.108, instead of the machine's DNS servers. Needs `enabled`. Pods that
        /// run already keep what they have.
        "forwardKubeDNSToHost" => forward_kube_dns_to_host: Option<bool> [default("false")],
        /// It knows the names of the cluster's other machines. Needs `cluster.discovery`.
        "resolveMemberNames" => resolve_member_names: Option<bool> [default("false")] [idle],
    }
}

section! {
    /// Images that came with the disk or the boot medium.
    pub struct ImageCache {
        /// They are used before a registry is asked, also in place of published images of the same name. Without this,
        /// every image comes from its registry.
        "localEnabled" => local_enabled: Option<bool> [default("false")],
    }
}
