//! Static addresses: loopback's, and those that command line and machine configuration name.

use async_trait::async_trait;
use minos_resources::network::{AddressSpec, CONFIG_NAMESPACE, ConfigLayer, LinkStatus, Scope, address_id, layered_id};
use minos_runtime::{Context, Controller, Input, Key, Labels, Output, ReconcileError};

use crate::{cmdline, config};

pub(super) struct Config;

#[async_trait]
impl Controller for Config {
    fn name(&self) -> &str {
        "network.address.config"
    }

    fn inputs(&self) -> Vec<Input> {
        vec![config::input().to_all(), cmdline::input().to_all(), Input::of::<LinkStatus>().to_all()]
    }

    fn outputs(&self) -> Vec<Output> {
        vec![Output::shared::<AddressSpec>().in_namespace(CONFIG_NAMESPACE)]
    }

    async fn reconcile(&mut self, cx: &Context, _key: &Key) -> Result<(), ReconcileError> {
        let links = cx.list::<LinkStatus>()?;
        let interfaces = config::interfaces(config::get(cx)?.as_deref(), &links);
        let cmdline = cmdline::get(cx, &links)?;
        let left_alone = |name: &str| interfaces.iter().any(|one| one.ignore && one.name == name);

        let loopback = "127.0.0.1/8".parse().map(|address| AddressSpec::new("lo", address, ConfigLayer::Default));
        let mut specs: Vec<_> = loopback.map(|spec| AddressSpec { scope: Scope::HOST, ..spec }).into_iter().collect();
        specs.extend(cmdline.links.iter().filter(|link| !left_alone(&link.name)).filter_map(|link| {
            Some(AddressSpec::new(config::resolve(&link.name, &links), link.address?, ConfigLayer::Cmdline))
        }));
        for interface in interfaces.iter().filter(|one| !one.ignore) {
            let addresses = interface.addresses.iter();
            specs.extend(addresses.map(|one| AddressSpec::new(&interface.name, *one, ConfigLayer::Configuration)));
        }
        for spec in specs {
            let id = layered_id(spec.layer, &address_id(&spec.link_name, spec.address));
            cx.write_at(CONFIG_NAMESPACE, &id, &Labels::new(), spec)?;
        }
        Ok(())
    }
}
