//! Routes.

mod apply;
mod config;
mod plan;
mod status;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;
use minos_netlink::{LinkIndex, Route};
use minos_resources::network::{
    CONFIG_NAMESPACE, Family, NAMESPACE, RouteFlags, RouteProtocol, RouteSpec, RouteStatus, RouteType, RoutingTable,
    Scope,
};
use minos_runtime::{Controller, Merge, Resource};

use crate::Deps;

pub(crate) fn controllers(deps: &Deps) -> Vec<Box<dyn Controller>> {
    vec![
        Box::new(config::Config),
        Merge::<RouteSpec>::new("network.route.merge", CONFIG_NAMESPACE, NAMESPACE, RouteSpec::id, |layers| {
            layers.iter().map(Resource::spec).max_by_key(|spec| spec.layer).cloned()
        })
        .boxed(),
        Box::new(apply::Apply::new(deps)),
        Box::new(status::Status::new(deps)),
    ]
}

/// The kernel's form of a wish.
fn wanted(spec: &RouteSpec, link: LinkIndex) -> Route {
    let unspecified = if spec.family == Family::INET6 {
        IpAddr::V6(Ipv6Addr::UNSPECIFIED)
    } else {
        IpAddr::V4(Ipv4Addr::UNSPECIFIED)
    };
    let everywhere = IpNet::new(unspecified, 0).expect("no prefix is shorter");
    Route {
        destination: spec.destination.unwrap_or(everywhere).trunc(),
        gateway: spec.gateway,
        source: spec.source,
        link: Some(link),
        table: spec.table.0,
        metric: spec.priority,
        scope: minos_netlink::Scope(spec.scope.0),
        kind: minos_netlink::RouteKind(spec.route_type.0),
        protocol: minos_netlink::RouteProtocol(spec.protocol.0),
        flags: 0,
        mtu: spec.mtu,
    }
}

/// The contract's form of what the kernel lists.
fn listed(route: &Route, link_name: &str) -> RouteStatus {
    RouteStatus {
        family: Family::of(route.destination.addr()),
        destination: Some(route.destination).filter(|to| to.prefix_len() != 0),
        source: route.source,
        gateway: route.gateway,
        out_link_index: route.link.map(|link| link.0).unwrap_or_default(),
        out_link_name: link_name.to_owned(),
        table: RoutingTable(route.table),
        priority: route.metric,
        scope: Scope(route.scope.0),
        route_type: RouteType(route.kind.0),
        flags: RouteFlags(route.flags),
        protocol: RouteProtocol(route.protocol.0),
        mtu: route.mtu,
    }
}
