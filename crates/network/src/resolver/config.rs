//! DNS servers that hold without any wish, and those of command line and machine configuration.

use async_trait::async_trait;
use minos_config::Config as Machine;
use minos_resources::network::{CONFIG_NAMESPACE, ConfigLayer, HostnameStatus, ResolverSpec, layered_id};
use minos_runtime::{Context, Controller, Input, Key, Labels, Output, ReconcileError};

use crate::{cmdline, config};

pub(super) struct Config;

#[async_trait]
impl Controller for Config {
    fn name(&self) -> &str {
        "network.resolver.config"
    }

    fn inputs(&self) -> Vec<Input> {
        vec![
            config::input().to_all(),
            cmdline::input().to_all(),
            Input::of::<HostnameStatus>().only(HostnameStatus::ID).to_all(),
        ]
    }

    fn outputs(&self) -> Vec<Output> {
        vec![Output::shared::<ResolverSpec>().in_namespace(CONFIG_NAMESPACE)]
    }

    async fn reconcile(&mut self, cx: &Context, _key: &Key) -> Result<(), ReconcileError> {
        let machine = config::get(cx)?;
        let own_domain = cx.get::<HostnameStatus>(HostnameStatus::ID)?.map(|name| name.domainname.clone());
        let own_domain = own_domain.filter(|domain| {
            !domain.is_empty() && machine.as_ref().is_some_and(|machine| !machine.search_domain_disabled())
        });
        let default = ResolverSpec {
            dns_servers: Machine::default_nameservers(),
            layer: ConfigLayer::Default,
            search_domains: own_domain.into_iter().collect(),
        };
        let cmdline = ResolverSpec {
            dns_servers: cmdline::get(cx, &[])?.dns_servers,
            layer: ConfigLayer::Cmdline,
            search_domains: Vec::new(),
        };
        let configured = machine.map(|machine| ResolverSpec {
            dns_servers: machine.nameservers(),
            layer: ConfigLayer::Configuration,
            search_domains: machine.search_domains(),
        });
        let said = [cmdline].into_iter().chain(configured);
        let said = said.filter(|spec| !spec.dns_servers.is_empty() || !spec.search_domains.is_empty());
        for spec in [default].into_iter().chain(said) {
            cx.write_at(CONFIG_NAMESPACE, &layered_id(spec.layer, ResolverSpec::ID), &Labels::new(), spec)?;
        }
        Ok(())
    }
}
