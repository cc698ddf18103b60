use super::Interface;
use crate::schema::section;

section! {
    /// The network, in the old form.
    pub struct Network {
        /// The machine's name.
        "hostname" => hostname: String,
        /// What to do with which interface.
        "interfaces" => interfaces: Vec<Interface> [keyed(&["interface", "deviceSelector"])],
        /// DNS servers.
        "nameservers" => nameservers: Vec<String>,
        /// Domains that short names are looked up in.
        "searchDomains" => search_domains: Vec<String>,
        /// Further lines of the hosts file.
        "extraHostEntries" => extra_host_entries: Vec<ExtraHost>,
        /// The mesh between nodes.
        "kubespan" => kubespan: Option<KubeSpan> [idle],
        /// No search domains at all.
        "disableSearchDomain" => disable_search_domain: Option<bool>,
    }
}

section! {
    /// A line of the hosts file.
    pub struct ExtraHost {
        /// The address.
        "ip" => ip: String,
        /// Its names.
        "aliases" => aliases: Vec<String>,
    }
}

section! {
    /// The mesh between nodes.
    pub struct KubeSpan {
        /// Whether it runs.
        "enabled" => enabled: Option<bool>,
        /// Pod networks go through it.
        "advertiseKubernetesNetworks" => advertise_kubernetes_networks: Option<bool>,
        /// Traffic to peers that are down goes past it.
        "allowDownPeerBypass" => allow_down_peer_bypass: Option<bool>,
        /// Peers' observed addresses are kept.
        "harvestExtraEndpoints" => harvest_extra_endpoints: Option<bool>,
        /// Its link's MTU.
        "mtu" => mtu: Option<u32>,
        /// What is left out.
        "filters" => filters: Option<KubeSpanFilters>,
    }
}

section! {
    /// What the mesh leaves out.
    pub struct KubeSpanFilters {
        /// Subnets of endpoints; `!` excludes one.
        "endpoints" => endpoints: Vec<String>,
        /// Networks that are not advertised.
        "excludeAdvertisedNetworks" => exclude_advertised_networks: Vec<String>,
    }
}
