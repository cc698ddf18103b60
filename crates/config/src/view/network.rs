use std::net::IpAddr;

use ipnet::IpNet;

use crate::{
    config::Config,
    defaults,
    documents::{
        Document, ResolverConfig,
        v1alpha1::{DeviceSelector, Interface, Network, Route},
    },
};

/// Where the machine's name comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HostnameSetting {
    /// The configuration gives it.
    Given(String),
    /// It is made from the machine's identity, so that it stays.
    Stable,
    /// It is made from the machine's first address, as old configurations want it.
    FromAddress,
    /// The configuration leaves it to the platform and DHCP.
    Open,
}

/// A line of the hosts file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostsEntry {
    /// The address.
    pub address: IpAddr,
    /// Its names.
    pub names: Vec<String>,
}

/// What to do with an interface.
#[derive(Clone, Debug, PartialEq)]
pub struct InterfaceView {
    /// Its name; empty when it is found by [`Self::selector`].
    pub name: String,
    /// How to find it.
    pub selector: Option<DeviceSelector>,
    /// Leave it alone.
    pub ignore: bool,
    /// Static addresses.
    pub addresses: Vec<IpNet>,
    /// Static routes.
    pub routes: Vec<RouteView>,
    /// Ask for an address.
    pub dhcp: bool,
    /// Ask by DHCPv4.
    pub dhcp4: bool,
    /// Priority of the routes that a DHCP server names.
    pub dhcp_route_metric: u32,
    /// Its MTU, when the configuration sets one.
    pub mtu: Option<u32>,
}

/// A static route.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RouteView {
    /// Where to; `None` is everywhere.
    pub destination: Option<IpNet>,
    /// Next hop.
    pub gateway: Option<IpAddr>,
    /// Source address.
    pub source: Option<IpAddr>,
    /// Priority; smaller wins.
    pub metric: u32,
    /// MTU of the route, when set.
    pub mtu: Option<u32>,
}

impl Config {
    /// Where the machine's name comes from.
    pub fn hostname(&self) -> HostnameSetting {
        let new = self.documents().iter().find_map(|document| match document {
            Document::HostnameConfig(hostname) => Some(hostname),
            _ => None,
        });
        let old = self.network().map(|network| network.hostname.as_str()).unwrap_or_default();
        let stable = self.machine().and_then(|machine| machine.features.as_ref()?.stable_hostname).unwrap_or(false);
        match new {
            Some(new) if !new.hostname.is_empty() => HostnameSetting::Given(new.hostname.clone()),
            Some(new) if new.auto.as_deref() == Some("stable") => HostnameSetting::Stable,
            Some(_) => HostnameSetting::Open,
            None if !old.is_empty() => HostnameSetting::Given(old.to_owned()),
            None if stable => HostnameSetting::Stable,
            None if self.v1alpha1().is_some() => HostnameSetting::FromAddress,
            None => HostnameSetting::Open,
        }
    }

    /// What the configuration says about interfaces; empty means that nothing is said.
    pub fn interfaces(&self) -> Vec<InterfaceView> {
        self.network().map_or(&[][..], |network| &network.interfaces).iter().map(InterfaceView::from).collect()
    }

    /// DNS servers that the configuration names; may be empty.
    pub fn nameservers(&self) -> Vec<IpAddr> {
        let new = self.resolver().filter(|resolver| !resolver.nameservers.is_empty());
        match new {
            Some(resolver) => resolver.nameservers.iter().filter_map(|server| server.address).collect(),
            None => {
                let old = self.network().map_or(&[][..], |network| &network.nameservers);
                old.iter().filter_map(|text| text.parse().ok()).collect()
            }
        }
    }

    /// The DNS servers that are asked when nobody names any.
    pub fn default_nameservers() -> Vec<IpAddr> {
        defaults::RESOLVERS.iter().filter_map(|text| text.parse().ok()).collect()
    }

    /// Domains that short names are looked up in.
    pub fn search_domains(&self) -> Vec<String> {
        match self.resolver().and_then(|resolver| resolver.search_domains.as_ref()) {
            Some(search) => search.domains.clone(),
            None => self.network().map(|network| network.search_domains.clone()).unwrap_or_default(),
        }
    }

    /// True when the machine's own domain is not looked up in.
    pub fn search_domain_disabled(&self) -> bool {
        let new = self.resolver().and_then(|resolver| resolver.search_domains.as_ref()?.disable_default);
        new.or_else(|| self.network()?.disable_search_domain).unwrap_or(false)
    }

    /// Further lines of the hosts file.
    pub fn extra_hosts(&self) -> Vec<HostsEntry> {
        let old = self.network().map_or(&[][..], |network| &network.extra_host_entries);
        let old = old.iter().map(|entry| (entry.ip.as_str(), &entry.aliases));
        let new = self.documents().iter().filter_map(|document| match document {
            Document::StaticHostConfig(host) => Some((host.name.as_str(), &host.hostnames)),
            _ => None,
        });
        old.chain(new)
            .filter_map(|(address, names)| Some(HostsEntry { address: address.parse().ok()?, names: names.clone() }))
            .collect()
    }

    fn network(&self) -> Option<&Network> {
        self.machine()?.network.as_ref()
    }

    fn resolver(&self) -> Option<&ResolverConfig> {
        self.documents().iter().find_map(|document| match document {
            Document::ResolverConfig(resolver) => Some(resolver),
            _ => None,
        })
    }
}

impl From<&Interface> for InterfaceView {
    fn from(interface: &Interface) -> Self {
        let options = interface.dhcp_options.clone().unwrap_or_default();
        let old = Some(&interface.cidr).filter(|cidr| !cidr.is_empty());
        let dhcp = interface.dhcp.unwrap_or(false);
        Self {
            name: interface.name.clone(),
            selector: interface.device_selector.clone(),
            ignore: interface.ignore.unwrap_or(false),
            addresses: interface.addresses.iter().chain(old).filter_map(|text| network(text)).collect(),
            routes: interface.routes.iter().map(RouteView::from).collect(),
            dhcp,
            dhcp4: dhcp && options.ipv4.unwrap_or(true),
            dhcp_route_metric: if options.route_metric == 0 { defaults::ROUTE_METRIC } else { options.route_metric },
            mtu: Some(interface.mtu).filter(|mtu| *mtu != 0),
        }
    }
}

impl From<&Route> for RouteView {
    fn from(route: &Route) -> Self {
        Self {
            destination: network(&route.network).filter(|network| network.prefix_len() > 0),
            gateway: route.gateway.parse().ok(),
            source: route.source.parse().ok(),
            metric: if route.metric == 0 { defaults::ROUTE_METRIC } else { route.metric },
            mtu: Some(route.mtu).filter(|mtu| *mtu != 0),
        }
    }
}

/// An address with or without prefix length; alone it is the only one of its network.
fn network(text: &str) -> Option<IpNet> {
    text.parse().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
}
