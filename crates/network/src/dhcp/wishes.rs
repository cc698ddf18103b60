//! What a lease means for the node: addresses, routes, and the rest, as wishes of the layer `operator`.

use std::net::{IpAddr, Ipv4Addr};

use ipnet::IpNet;
use minos_resources::network::{
    AddressSpec, ConfigLayer, HostnameSpec, LinkSpec, ResolverSpec, RouteProtocol, RouteSpec, TimeServerSpec,
};

use super::lease::Lease;

const LAYER: ConfigLayer = ConfigLayer::Operator;

/// Wishes that follow from a lease.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wishes {
    pub(crate) address: AddressSpec,
    pub(crate) routes: Vec<RouteSpec>,
    pub(crate) link: Option<LinkSpec>,
    pub(crate) hostname: Option<HostnameSpec>,
    pub(crate) resolver: Option<ResolverSpec>,
    pub(crate) time_servers: Option<TimeServerSpec>,
}

impl Wishes {
    /// What `lease` on `link` means; its routes get `metric`.
    pub(crate) fn of(lease: &Lease, link: &str, metric: u32) -> Self {
        let mut address = AddressSpec::new(link, IpNet::V4(lease.address), LAYER);
        address.priority = metric;
        let ips = |list: &[Ipv4Addr]| list.iter().copied().map(IpAddr::V4).collect::<Vec<_>>();
        let link_spec = |mtu| LinkSpec {
            name: link.to_owned(),
            up: true,
            mtu: u32::from(mtu),
            layer: LAYER,
            ..LinkSpec::default()
        };
        Self {
            address,
            routes: routes(lease, link, metric),
            link: lease.mtu.map(link_spec),
            hostname: lease.hostname.as_deref().and_then(|name| HostnameSpec::parse(name, LAYER)).map(|mut spec| {
                if let Some(domain) = &lease.domain {
                    domain.clone_into(&mut spec.domainname);
                }
                spec
            }),
            resolver: (!lease.dns_servers.is_empty()).then(|| ResolverSpec {
                dns_servers: ips(&lease.dns_servers),
                layer: LAYER,
                search_domains: Vec::new(),
            }),
            time_servers: (!lease.time_servers.is_empty()).then(|| TimeServerSpec {
                time_servers: lease.time_servers.iter().map(ToString::to_string).collect(),
                layer: LAYER,
            }),
        }
    }
}

fn routes(lease: &Lease, link: &str, metric: u32) -> Vec<RouteSpec> {
    let route = |to: Option<IpNet>, through: Option<Ipv4Addr>| RouteSpec {
        source: Some(IpAddr::V4(lease.address.addr())),
        priority: metric,
        protocol: RouteProtocol::BOOT,
        ..RouteSpec::new(link, to, through.map(IpAddr::V4), LAYER)
    };
    // RFC 3442: with classless routes the routers do not count.
    if !lease.routes.is_empty() {
        return lease.routes.iter().map(|(to, through)| route(Some(IpNet::V4(*to)), Some(*through))).collect();
    }
    let mut routes = Vec::new();
    for router in &lease.routers {
        routes.push(route(None, Some(*router)));
        if !lease.address.contains(router) {
            routes.push(route(Some(IpNet::from(IpAddr::V4(*router))), None));
        }
    }
    routes
}
