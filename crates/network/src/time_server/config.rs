//! Time servers that hold without any wish, and those of command line and machine configuration.

use async_trait::async_trait;
use minos_config::TimeView;
use minos_resources::network::{CONFIG_NAMESPACE, ConfigLayer, TimeServerSpec, layered_id};
use minos_runtime::{Context, Controller, Input, Key, Labels, Output, ReconcileError};

use crate::{cmdline, config};

pub(super) struct Config;

#[async_trait]
impl Controller for Config {
    fn name(&self) -> &str {
        "network.time_server.config"
    }

    fn inputs(&self) -> Vec<Input> {
        vec![config::input().to_all(), cmdline::input().to_all()]
    }

    fn outputs(&self) -> Vec<Output> {
        vec![Output::shared::<TimeServerSpec>().in_namespace(CONFIG_NAMESPACE)]
    }

    async fn reconcile(&mut self, cx: &Context, _key: &Key) -> Result<(), ReconcileError> {
        let default = vec![TimeView::DEFAULT_SERVER.to_owned()];
        let cmdline = cmdline::get(cx, &[])?.time_servers.iter().map(ToString::to_string).collect();
        let configured = config::get(cx)?.map(|machine| machine.time().servers).unwrap_or_default();
        let layers = [
            (ConfigLayer::Default, default),
            (ConfigLayer::Cmdline, cmdline),
            (ConfigLayer::Configuration, configured),
        ];
        for (layer, time_servers) in layers.into_iter().filter(|(_, servers): &(_, Vec<String>)| !servers.is_empty()) {
            let id = layered_id(layer, TimeServerSpec::ID);
            cx.write_at(CONFIG_NAMESPACE, &id, &Labels::new(), TimeServerSpec { time_servers, layer })?;
        }
        Ok(())
    }
}
