//! Which links ask by DHCP: those that command line and machine configuration say, and every card of which nobody says
//! anything.

use async_trait::async_trait;
use minos_resources::network::{
    CONFIG_NAMESPACE, ConfigLayer, DEFAULT_ROUTE_METRIC, LinkSpec, LinkStatus, OperatorSpec, layered_id,
};
use minos_runtime::{Context, Controller, Input, Key, Labels, Output, Query, ReconcileError};

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
            Input::of::<LinkStatus>().to_all(),
            Input::of::<LinkSpec>().in_namespace(CONFIG_NAMESPACE).to_all(),
        ]
    }

    fn outputs(&self) -> Vec<Output> {
        vec![Output::shared::<OperatorSpec>().in_namespace(CONFIG_NAMESPACE)]
    }

    async fn reconcile(&mut self, cx: &Context, _key: &Key) -> Result<(), ReconcileError> {
        let links = cx.list::<LinkStatus>()?;
        let interfaces = config::interfaces(config::get(cx)?.as_deref(), &links);
        let cmdline = cmdline::get(cx, &links)?;
        let left_alone = |name: &str| {
            interfaces.iter().any(|one| one.ignore && one.name == name) || cmdline.ignored.iter().any(|one| one == name)
        };

        let named = cmdline.links.iter().filter(|link| link.dhcp && !left_alone(&link.name)).map(|link| {
            OperatorSpec::dhcp4(config::resolve(&link.name, &links), DEFAULT_ROUTE_METRIC, ConfigLayer::Cmdline)
        });
        let configured = interfaces.iter().filter(|one| one.dhcp4 && !left_alone(&one.name));
        let configured = configured
            .map(|one| OperatorSpec::dhcp4(&one.name, one.dhcp_route_metric, ConfigLayer::Configuration));

        let link_specs = cx.list_in::<LinkSpec>(CONFIG_NAMESPACE, &Query::default())?;
        let spoken_of = |name: &str| {
            let layers = [ConfigLayer::Cmdline, ConfigLayer::Platform, ConfigLayer::Configuration];
            link_specs.iter().any(|spec| spec.is_running() && spec.name == name && layers.contains(&spec.layer))
                || interfaces.iter().any(|one| one.name == name)
        };
        let others = links.iter().filter(|link| link.physical() && !left_alone(link.id()) && !spoken_of(link.id()));
        let others =
            others.map(|link| OperatorSpec::dhcp4(link.id(), DEFAULT_ROUTE_METRIC, ConfigLayer::Default));

        for spec in named.chain(configured).chain(others) {
            cx.write_at(CONFIG_NAMESPACE, &layered_id(spec.layer, &spec.id()), &Labels::new(), spec)?;
        }
        Ok(())
    }
}
