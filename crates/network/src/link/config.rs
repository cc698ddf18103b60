//! Which links should be up: loopback, every card unless somebody says otherwise, and what command line and machine
//! configuration name.

use std::collections::BTreeSet;

use async_trait::async_trait;
use minos_resources::network::{CONFIG_NAMESPACE, ConfigLayer, LinkSpec, LinkStatus, layered_id};
use minos_runtime::{Context, Controller, Input, Key, Labels, Output, ReconcileError};

use crate::{cmdline, config};

pub(super) struct Config;

#[async_trait]
impl Controller for Config {
    fn name(&self) -> &str {
        "network.link.config"
    }

    fn inputs(&self) -> Vec<Input> {
        vec![config::input().to_all(), cmdline::input().to_all(), Input::of::<LinkStatus>().to_all()]
    }

    fn outputs(&self) -> Vec<Output> {
        vec![Output::shared::<LinkSpec>().in_namespace(CONFIG_NAMESPACE)]
    }

    async fn reconcile(&mut self, cx: &Context, _key: &Key) -> Result<(), ReconcileError> {
        let links = cx.list::<LinkStatus>()?;
        let machine = config::get(cx)?;
        let cmdline = cmdline::get(cx, &links)?;
        let interfaces = config::interfaces(machine.as_deref(), &links);
        let ignored = interfaces.iter().filter(|one| one.ignore).map(|one| one.name.as_str());
        let ignored: BTreeSet<&str> = ignored.chain(cmdline.ignored.iter().map(String::as_str)).collect();

        let up = |name: &str, layer| LinkSpec { name: name.to_owned(), up: true, layer, ..LinkSpec::default() };
        let mut specs = vec![up("lo", ConfigLayer::Default)];
        let named = cmdline.links.iter().filter(|link| !ignored.contains(link.name.as_str()));
        specs.extend(named.map(|link| up(config::resolve(&link.name, &links), ConfigLayer::Cmdline)));
        specs.extend(
            interfaces
                .iter()
                .filter(|one| !one.ignore)
                .map(|one| LinkSpec { mtu: one.mtu.unwrap_or_default(), ..up(&one.name, ConfigLayer::Configuration) }),
        );
        let mentioned: BTreeSet<&str> =
            interfaces.iter().map(|one| one.name.as_str()).chain(specs.iter().map(|one| one.name.as_str())).collect();
        let others = links
            .iter()
            .filter(|link| link.physical() && !ignored.contains(link.id()) && !mentioned.contains(link.id()));
        let others: Vec<LinkSpec> = others.map(|link| up(link.id(), ConfigLayer::Default)).collect();

        for spec in specs.into_iter().chain(others) {
            cx.write_at(CONFIG_NAMESPACE, &layered_id(spec.layer, &spec.name), &Labels::new(), spec)?;
        }
        Ok(())
    }
}
