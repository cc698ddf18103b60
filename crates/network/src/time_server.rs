//! Time servers.

mod config;

use minos_resources::network::{CONFIG_NAMESPACE, NAMESPACE, TimeServerSpec, TimeServerStatus};
use minos_runtime::{Context, Controller, Merge, Resource, Transform};

pub(crate) fn controllers() -> Vec<Box<dyn Controller>> {
    let status = |_: &Context, spec: &Resource<TimeServerSpec>| {
        let time_servers = spec.time_servers.clone();
        Ok(Some((TimeServerStatus::ID.to_owned(), TimeServerStatus { time_servers })))
    };
    vec![
        Box::new(config::Config),
        Merge::<TimeServerSpec>::new(
            "network.time_server.merge",
            CONFIG_NAMESPACE,
            NAMESPACE,
            |_| TimeServerSpec::ID.to_owned(),
            |layers| merge(layers.iter().map(Resource::spec).collect()),
        )
        .boxed(),
        Transform::<TimeServerSpec, TimeServerStatus, _>::new("network.time_server.status", status).boxed(),
    ]
}

/// The servers of the highest layer, all of them.
fn merge(layers: Vec<&TimeServerSpec>) -> Option<TimeServerSpec> {
    let layer = layers.iter().map(|spec| spec.layer).max()?;
    let servers = layers.iter().filter(|spec| spec.layer == layer).flat_map(|spec| spec.time_servers.clone());
    Some(TimeServerSpec { time_servers: servers.collect(), layer })
}
