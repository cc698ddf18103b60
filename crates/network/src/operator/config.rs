//! Which links ask by DHCP: those that command line and machine configuration say, and every card of which nobody says
//! anything.

use async_trait::async_trait;
use minos_resources::network::{
    CONFIG_NAMESPACE, ConfigLayer, DEFAULT_ROUTE_METRIC, LinkStatus, OperatorSpec, PlatformConfig, layered_id,
};
use minos_runtime::{Context, Controller, Input, Key, Labels, Output, ReconcileError, StateError};

use crate::{cmdline, config};

pub(super) struct Config;

#[async_trait]
impl Controller for Config {
    fn name(&self) -> &str {
        "network.operator.config"
    }

    fn inputs(&self) -> Vec<Input> {
        vec![
            config::input().to_all(),
            cmdline::input().to_all(),
            Input::of::<PlatformConfig>().only(PlatformConfig::ACTIVE).to_all(),
            Input::of::<LinkStatus>().to_all(),
        ]
    }

    fn outputs(&self) -> Vec<Output> {
        vec![Output::shared::<OperatorSpec>().in_namespace(CONFIG_NAMESPACE)]
    }

    async fn reconcile(&mut self, cx: &Context, _key: &Key) -> Result<(), ReconcileError> {
        // The platform's own are wished by the platform's controller.
        for spec in expected(cx)?.into_iter().filter(|spec| spec.layer != ConfigLayer::Platform) {
            let id = layered_id(spec.layer, &spec.id());
            cx.write_at(CONFIG_NAMESPACE, &id, &Labels::new(), spec)?;
        }
        Ok(())
    }
}

/// The operators that there should be, by command line, platform and machine configuration, and for cards of which none
/// of them speaks.
pub(crate) fn expected(cx: &Context) -> Result<Vec<OperatorSpec>, StateError> {
    let links = cx.list::<LinkStatus>()?;
    let interfaces = config::interfaces(config::get(cx)?.as_deref(), &links);
    let cmdline = cmdline::get(cx, &links)?;
    let platform = cx.get::<PlatformConfig>(PlatformConfig::ACTIVE)?;
    let platform = platform.map(|platform| platform.spec().clone()).unwrap_or_default();
    let left_alone = |name: &str| {
        interfaces.iter().any(|one| one.ignore && one.name == name) || cmdline.ignored.iter().any(|one| one == name)
    };

    let named = cmdline.links.iter().map(|link| (config::resolve(&link.name, &links), link.dhcp));
    let named: Vec<(&str, bool)> = named.filter(|(name, _)| !left_alone(name)).collect();
    let by_cmdline = named.iter().filter(|(_, dhcp)| *dhcp);
    let by_cmdline = by_cmdline.map(|(name, _)| OperatorSpec::dhcp4(*name, DEFAULT_ROUTE_METRIC, ConfigLayer::Cmdline));
    let by_platform = platform.operators.iter().cloned();
    let by_platform = by_platform.map(|spec| OperatorSpec { layer: ConfigLayer::Platform, ..spec });
    let configured = interfaces.iter().filter(|one| one.dhcp4 && !left_alone(&one.name));
    let configured =
        configured.map(|one| OperatorSpec::dhcp4(&one.name, one.dhcp_route_metric, ConfigLayer::Configuration));

    let spoken_of = |name: &str| {
        named.iter().any(|(one, _)| *one == name)
            || platform.links.iter().any(|one| one.name == name)
            || interfaces.iter().any(|one| one.name == name)
    };
    let others = links.iter().filter(|link| link.physical() && !left_alone(link.id()) && !spoken_of(link.id()));
    let others = others.map(|link| OperatorSpec::dhcp4(link.id(), DEFAULT_ROUTE_METRIC, ConfigLayer::Default));
    Ok(by_cmdline.chain(by_platform).chain(configured).chain(others).collect())
}
