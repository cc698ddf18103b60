//! Static routes: those that command line and machine configuration name.

use std::net::IpAddr;

use async_trait::async_trait;
use ipnet::IpNet;
use minos_config::{InterfaceView, RouteView};
use minos_resources::network::{
    CONFIG_NAMESPACE, ConfigLayer, DEFAULT_ROUTE_METRIC, LinkStatus, RouteProtocol, RouteSpec, RouteType, layered_id,
};
use minos_runtime::{Context, Controller, Input, Key, Labels, Output, ReconcileError};

use crate::cmdline::CmdlineLink;
use crate::{cmdline, config};

pub(super) struct Config;

#[async_trait]
impl Controller for Config {
    fn name(&self) -> &str {
        "network.route.config"
    }

    fn inputs(&self) -> Vec<Input> {
        vec![config::input().to_all(), cmdline::input().to_all(), Input::of::<LinkStatus>().to_all()]
    }

    fn outputs(&self) -> Vec<Output> {
        vec![Output::shared::<RouteSpec>().in_namespace(CONFIG_NAMESPACE)]
    }

    async fn reconcile(&mut self, cx: &Context, _key: &Key) -> Result<(), ReconcileError> {
        let links = cx.list::<LinkStatus>()?;
        let interfaces = config::interfaces(config::get(cx)?.as_deref(), &links);
        let cmdline = cmdline::get(cx, &links)?;
        let left_alone = |name: &str| interfaces.iter().any(|one| one.ignore && one.name == name);

        let named = cmdline.links.iter().filter(|link| !left_alone(&link.name));
        let of_cmdline = named.zip(DEFAULT_ROUTE_METRIC..).flat_map(|(link, metric)| of_cmdline(link, metric));
        let of_interfaces = interfaces.iter().filter(|one| !one.ignore).flat_map(of_interface);
        for spec in of_cmdline.chain(of_interfaces) {
            cx.write_at(CONFIG_NAMESPACE, &layered_id(spec.layer, &spec.id()), &Labels::new(), spec)?;
        }
        Ok(())
    }
}

/// The default route of a link of the command line. Each link has another metric, so that they do not clash.
fn of_cmdline(link: &CmdlineLink, metric: u32) -> Vec<RouteSpec> {
    let Some(gateway) = link.gateway else {
        return Vec::new();
    };
    let route = |to: Option<IpNet>, gateway: Option<IpAddr>| RouteSpec {
        priority: metric,
        protocol: RouteProtocol::BOOT,
        ..RouteSpec::new(&link.name, to, gateway, ConfigLayer::Cmdline)
    };
    let mut routes = vec![route(None, Some(gateway))];
    let near = link.address.is_some_and(|address| address.contains(&gateway));
    if gateway.is_ipv4() && !near {
        let source = link.address.map(|address| address.addr());
        routes.push(RouteSpec { source, ..route(Some(IpNet::from(gateway)), None) });
    }
    routes
}

fn of_interface(interface: &InterfaceView) -> Vec<RouteSpec> {
    interface.routes.iter().map(|route| of_route(&interface.name, route)).collect()
}

fn of_route(link: &str, route: &RouteView) -> RouteSpec {
    let multicast = route.destination.is_some_and(|to| to.addr().is_multicast());
    RouteSpec {
        source: route.source,
        priority: route.metric,
        mtu: route.mtu.unwrap_or_default(),
        route_type: if multicast { RouteType::MULTICAST } else { RouteType::UNICAST },
        ..RouteSpec::new(link, route.destination, route.gateway, ConfigLayer::Configuration)
    }
}
