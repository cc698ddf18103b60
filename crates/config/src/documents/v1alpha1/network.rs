use super::{Interface, effects};
use crate::schema::section;

section! {
    /// The network, in the old form.
    pub struct Network {
        /// The machine's name, with its domain if it has one.
        "hostname" => hostname: String
            [default("the platform's or the DHCP server's, else one that is made from the machine's address")]
            [example("node-1.example.org")] [deprecated("use HostnameConfig")] [effect(effects::NAMED)],
        /// Links and what is set on them. In a patch an entry changes the one with the same `interface` or the same
        /// `deviceSelector`.
        ///
        /// The documents `LinkConfig`, `DHCPv4Config`, `BondConfig` and others are the new form of it.
        "interfaces" => interfaces: Vec<Interface> [keyed(&["interface", "deviceSelector"])],
        /// Addresses of the DNS servers.
        "nameservers" => nameservers: Vec<String>
            [default("the platform's or the DHCP server's, else 1.1.1.1 and 8.8.8.8")] [example("[192.0.2.53]")]
            [deprecated("use ResolverConfig")],
        /// Domains that names without dots are looked up in.
        "searchDomains" => search_domains: Vec<String> [example("[example.org]")] [deprecated("use ResolverConfig")],
        /// Further lines of the hosts file.
        "extraHostEntries" => extra_host_entries: Vec<ExtraHost> [deprecated("use StaticHostConfig")],
        /// KubeSpan: encrypted connections among all machines of the cluster. It needs `cluster.discovery`.
        "kubespan" => kubespan: Option<KubeSpan> [deprecated("use KubeSpanConfig")] [idle],
        /// The domain of the machine's own name is not looked up in.
        "disableSearchDomain" => disable_search_domain: Option<bool>
            [default("false")] [deprecated("use ResolverConfig")],
    }
}

section! {
    /// A line of the hosts file.
    pub struct ExtraHost {
        /// The address.
        "ip" => ip: String [example("192.0.2.20")],
        /// The names that it is found by.
        "aliases" => aliases: Vec<String> [example("[storage, storage.example.org]")],
    }
}

section! {
    /// Encrypted connections among the machines of a cluster.
    pub struct KubeSpan {
        /// Whether it runs.
        "enabled" => enabled: Option<bool> [default("false")],
        /// Pods' traffic among machines goes through it directly, and not through a tunnel of the CNI in it. The
        /// node's pod networks must stand in Kubernetes for that.
        "advertiseKubernetesNetworks" => advertise_kubernetes_networks: Option<bool> [default("false")],
        /// Traffic goes past it, unencrypted, to machines that it does not reach. Without this such traffic is
        /// dropped.
        "allowDownPeerBypass" => allow_down_peer_bypass: Option<bool> [default("false")],
        /// Addresses under which others are seen are passed on to everybody. Costs much in clusters of more than
        /// fifty machines.
        "harvestExtraEndpoints" => harvest_extra_endpoints: Option<bool> [default("false")],
        /// The MTU of its link in bytes, at least 1280.
        "mtu" => mtu: Option<u32> [default("1420")] [example("1380")],
        /// What is left out.
        "filters" => filters: Option<KubeSpanFilters>,
    }
}

section! {
    /// What KubeSpan leaves out on this machine.
    pub struct KubeSpanFilters {
        /// Networks of the machine's addresses that others may connect to; `!` before one excludes it.
        "endpoints" => endpoints: Vec<String>
            [default("all")] [example("[0.0.0.0/0, \"!192.168.0.0/16\", \"::/0\"]")],
        /// Networks that others do not reach through it. There must be another way to them.
        "excludeAdvertisedNetworks" => exclude_advertised_networks: Vec<String>
            [default("none")] [example("[192.168.50.0/24]")],
    }
}
