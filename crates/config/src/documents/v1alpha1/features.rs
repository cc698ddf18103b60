use crate::schema::section;

section! {
    /// Switches.
    pub struct Features {
        /// Roles are checked; always true.
        "rbac" => rbac: Option<bool>,
        /// The name is made from the machine's identity.
        "stableHostname" => stable_hostname: Option<bool>,
        /// The API inside Kubernetes.
        "kubernetesTalosAPIAccess" => kubernetes_talos_api_access: Option<KubernetesApiAccess> [idle],
        /// Client certificates must be made for clients; always true.
        "apidCheckExtKeyUsage" => apid_check_ext_key_usage: Option<bool>,
        /// Project quotas on EPHEMERAL.
        "diskQuotaSupport" => disk_quota_support: Option<bool>,
        /// The load balancer for the API server on loopback.
        "kubePrism" => kube_prism: Option<KubePrism>,
        /// The DNS cache on the machine.
        "hostDNS" => host_dns: Option<HostDns> [idle],
        /// Images carried by the disk or boot medium.
        "imageCache" => image_cache: Option<ImageCache>,
        /// `v1` or `v2`.
        "nodeAddressSortAlgorithm" => node_address_sort_algorithm: String,
    }
}

section! {
    /// The API inside Kubernetes.
    pub struct KubernetesApiAccess {
        /// Whether it is served.
        "enabled" => enabled: Option<bool>,
        /// Roles that may be had.
        "allowedRoles" => allowed_roles: Vec<String>,
        /// Namespaces that may have them.
        "allowedKubernetesNamespaces" => allowed_kubernetes_namespaces: Vec<String>,
    }
}

section! {
    /// The load balancer for the API server on loopback.
    pub struct KubePrism {
        /// Whether it runs.
        "enabled" => enabled: Option<bool>,
        /// Its port, 7445 when 0.
        "port" => port: u16,
    }
}

section! {
    /// The DNS cache on the machine.
    pub struct HostDns {
        /// Whether it runs.
        "enabled" => enabled: Option<bool>,
        /// The cluster's DNS asks it.
        "forwardKubeDNSToHost" => forward_kube_dns_to_host: Option<bool>,
        /// It knows the other nodes.
        "resolveMemberNames" => resolve_member_names: Option<bool>,
    }
}

section! {
    /// Images carried by the disk or boot medium.
    pub struct ImageCache {
        /// Whether they are served.
        "localEnabled" => local_enabled: Option<bool>,
    }
}
