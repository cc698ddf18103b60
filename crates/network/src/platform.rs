//! The platform's wishes, spread over the types that they belong to.

use async_trait::async_trait;
use ipnet::IpNet;
use minos_resources::network::{
    AddressFlags, AddressSpec, AddressStatus, CONFIG_NAMESPACE, ConfigLayer, Family, HostnameSpec, LinkSpec,
    OperatorSpec, PlatformConfig, ResolverSpec, RouteSpec, Scope, TimeServerSpec, address_id, layered_id,
};
use minos_runtime::{Context, Controller, Input, Key, Labels, Output, ReconcileError, Resource, Spec, StateError};

use crate::node_address::EXTERNAL;

const LAYER: ConfigLayer = ConfigLayer::Platform;

pub(crate) fn config() -> Box<dyn Controller> {
    Box::new(Config)
}

struct Config;

#[async_trait]
impl Controller for Config {
    fn name(&self) -> &str {
        "network.platform.config"
    }

    fn inputs(&self) -> Vec<Input> {
        vec![Input::of::<PlatformConfig>().only(PlatformConfig::ACTIVE).to_all()]
    }

    fn outputs(&self) -> Vec<Output> {
        vec![
            Output::shared::<AddressSpec>().in_namespace(CONFIG_NAMESPACE),
            Output::shared::<RouteSpec>().in_namespace(CONFIG_NAMESPACE),
            Output::shared::<LinkSpec>().in_namespace(CONFIG_NAMESPACE),
            Output::shared::<HostnameSpec>().in_namespace(CONFIG_NAMESPACE),
            Output::shared::<ResolverSpec>().in_namespace(CONFIG_NAMESPACE),
            Output::shared::<TimeServerSpec>().in_namespace(CONFIG_NAMESPACE),
            Output::shared::<OperatorSpec>().in_namespace(CONFIG_NAMESPACE),
            Output::shared::<AddressStatus>(),
        ]
    }

    async fn reconcile(&mut self, cx: &Context, _key: &Key) -> Result<(), ReconcileError> {
        let Some(platform) = cx.get::<PlatformConfig>(PlatformConfig::ACTIVE)?.filter(Resource::is_running) else {
            return Ok(());
        };
        let PlatformConfig {
            addresses,
            links,
            routes,
            hostnames,
            resolvers,
            time_servers,
            operators,
            external_ips,
            ..
        } = platform.spec().clone();
        for spec in addresses {
            wish(cx, &address_id(&spec.link_name, spec.address), AddressSpec { layer: LAYER, ..spec })?;
        }
        for spec in links {
            wish(cx, &spec.name.clone(), LinkSpec { layer: LAYER, ..spec })?;
        }
        for spec in routes {
            wish(cx, &spec.id(), RouteSpec { layer: LAYER, ..spec })?;
        }
        for spec in operators {
            wish(cx, &spec.id(), OperatorSpec { layer: LAYER, ..spec })?;
        }
        if let Some(spec) = hostnames.into_iter().next() {
            wish(cx, HostnameSpec::ID, HostnameSpec { layer: LAYER, ..spec })?;
        }
        if let Some(spec) = resolvers.into_iter().next() {
            wish(cx, ResolverSpec::ID, ResolverSpec { layer: LAYER, ..spec })?;
        }
        if let Some(spec) = time_servers.into_iter().next() {
            wish(cx, TimeServerSpec::ID, TimeServerSpec { layer: LAYER, ..spec })?;
        }
        for address in external_ips.into_iter().map(IpNet::from) {
            let status = AddressStatus {
                address,
                local: None,
                broadcast: None,
                anycast: None,
                multicast: None,
                link_index: 0,
                link_name: EXTERNAL.to_owned(),
                family: Family::of(address.addr()),
                scope: Scope::GLOBAL,
                flags: AddressFlags::default(),
                priority: 0,
            };
            cx.write(&address_id(EXTERNAL, address), status)?;
        }
        Ok(())
    }
}

fn wish<S: Spec>(cx: &Context, id: &str, spec: S) -> Result<(), StateError> {
    cx.write_at(CONFIG_NAMESPACE, &layered_id(LAYER, id), &Labels::new(), spec).map(|_| ())
}
