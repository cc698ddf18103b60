//! Routes over rtnetlink.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;
use netlink_packet_core::{NLM_F_APPEND, NLM_F_CREATE};
use netlink_packet_route::route::{
    RouteAddress, RouteAttribute, RouteFlags, RouteHeader, RouteMessage, RouteMetric, RouteVia,
};
use netlink_packet_route::{AddressFamily, RouteNetlinkMessage};

use super::addresses::family;
use super::{LinuxNetwork, socket};
use crate::{LinkIndex, NetError, Route, RouteKind, RouteProtocol, Routes, Scope};

/// `RTM_F_CLONED`: an entry of the cache, not a route.
const CLONED: u32 = 0x200;

impl Routes for LinuxNetwork {
    fn routes(&self) -> Result<Vec<Route>, NetError> {
        let found = socket::dump(&RouteNetlinkMessage::GetRoute(RouteMessage::default()))
            .map_err(|error| NetError::new("list routes", error))?;
        let routes = found.into_iter().flat_map(|message| match message {
            RouteNetlinkMessage::NewRoute(route) => read(&route),
            _ => Vec::new(),
        });
        Ok(routes.collect())
    }

    fn add_route(&self, route: &Route) -> Result<(), NetError> {
        socket::change(RouteNetlinkMessage::NewRoute(write(route)), NLM_F_CREATE | NLM_F_APPEND)
            .map_err(|error| NetError::new(format!("set the route {}", describe(route)), error))
    }

    fn remove_route(&self, route: &Route) -> Result<(), NetError> {
        socket::change(RouteNetlinkMessage::DelRoute(write(route)), 0)
            .map_err(|error| NetError::new(format!("remove the route {}", describe(route)), error))
    }
}

fn describe(route: &Route) -> String {
    let via = route.gateway.map(|gateway| format!(" via {gateway}")).unwrap_or_default();
    let link = route.link.map(|link| format!(" on link {link}")).unwrap_or_default();
    format!("to {}{via}{link}, table {}, metric {}", route.destination, route.table, route.metric)
}

fn write(route: &Route) -> RouteMessage {
    let mut message = RouteMessage::default();
    message.header.address_family = family(route.destination.addr());
    message.header.destination_prefix_length = route.destination.prefix_len();
    message.header.table = u8::try_from(route.table).unwrap_or(RouteHeader::RT_TABLE_UNSPEC);
    message.header.protocol = route.protocol.0.into();
    message.header.scope = route.scope.0.into();
    message.header.kind = route.kind.0.into();
    message.header.flags = RouteFlags::from_bits_retain(route.flags & Route::ONLINK);
    let attributes = &mut message.attributes;
    if route.destination.prefix_len() != 0 {
        attributes.push(RouteAttribute::Destination(route.destination.network().into()));
    }
    attributes.push(RouteAttribute::Table(route.table));
    attributes.extend(route.gateway.map(|gateway| RouteAttribute::Gateway(gateway.into())));
    attributes.extend(route.source.map(|source| RouteAttribute::PrefSource(source.into())));
    attributes.extend(route.link.map(|link| RouteAttribute::Oif(link.0)));
    if route.metric != 0 {
        attributes.push(RouteAttribute::Priority(route.metric));
    }
    if route.mtu != 0 {
        attributes.push(RouteAttribute::Metrics(vec![RouteMetric::Mtu(route.mtu)]));
    }
    message
}

/// The routes of a message of the kernel, one for each next hop; none for cache entries and other families.
fn read(message: &RouteMessage) -> Vec<Route> {
    let Some(route) = read_common(message) else {
        return Vec::new();
    };
    let hops = message.attributes.iter().find_map(|attribute| match attribute {
        RouteAttribute::MultiPath(hops) => Some(hops),
        _ => None,
    });
    let Some(hops) = hops else { return vec![route] };
    let through = hops.iter().map(|hop| {
        let gateway = hop.attributes.iter().find_map(|attribute| match attribute {
            RouteAttribute::Gateway(gateway) => address(gateway),
            _ => None,
        });
        Route { gateway, link: Some(LinkIndex(hop.interface_index)), ..route.clone() }
    });
    through.collect()
}

fn read_common(message: &RouteMessage) -> Option<Route> {
    let header = &message.header;
    let unspecified = match header.address_family {
        AddressFamily::Inet => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        AddressFamily::Inet6 => IpAddr::V6(Ipv6Addr::UNSPECIFIED),
        _ => return None,
    };
    if header.flags.bits() & CLONED != 0 {
        return None;
    }
    let mut route = Route {
        destination: IpNet::new(unspecified, 0).ok()?,
        gateway: None,
        source: None,
        link: None,
        table: u32::from(header.table),
        metric: 0,
        scope: Scope(header.scope.into()),
        kind: RouteKind(header.kind.into()),
        protocol: RouteProtocol(header.protocol.into()),
        flags: header.flags.bits(),
        mtu: 0,
    };
    for attribute in &message.attributes {
        match attribute {
            RouteAttribute::Destination(to) => {
                route.destination = IpNet::new(address(to)?, header.destination_prefix_length).ok()?;
            }
            RouteAttribute::Gateway(gateway) => route.gateway = address(gateway),
            RouteAttribute::Via(RouteVia::Inet6(via)) => route.gateway = Some(IpAddr::V6(*via)),
            RouteAttribute::PrefSource(source) => route.source = address(source),
            RouteAttribute::Oif(index) => route.link = Some(LinkIndex(*index)),
            RouteAttribute::Table(table) => route.table = *table,
            RouteAttribute::Priority(metric) => route.metric = *metric,
            RouteAttribute::Metrics(metrics) => {
                route.mtu = metrics.iter().find_map(mtu).unwrap_or_default();
            }
            _ => {}
        }
    }
    Some(route)
}

fn mtu(metric: &RouteMetric) -> Option<u32> {
    match metric {
        RouteMetric::Mtu(mtu) => Some(*mtu),
        _ => None,
    }
}

fn address(address: &RouteAddress) -> Option<IpAddr> {
    match address {
        RouteAddress::Inet(address) => Some(IpAddr::V4(*address)),
        RouteAddress::Inet6(address) => Some(IpAddr::V6(*address)),
        _ => None,
    }
}
