//! The node's name.

mod apply;
mod config;

use minos_resources::network::{CONFIG_NAMESPACE, HostnameSpec, NAMESPACE};
use minos_runtime::{Controller, Merge, Resource};

use crate::Deps;

pub(crate) fn controllers(deps: &Deps) -> Vec<Box<dyn Controller>> {
    vec![
        Box::new(config::Config),
        Merge::<HostnameSpec>::new(
            "network.hostname.merge",
            CONFIG_NAMESPACE,
            NAMESPACE,
            |_| HostnameSpec::ID.to_owned(),
            merge,
        )
        .boxed(),
        Box::new(apply::Apply::new(deps)),
    ]
}

/// The highest layer wins; within one the first id.
fn merge(layers: &[Resource<HostnameSpec>]) -> Option<HostnameSpec> {
    layers.iter().rev().map(Resource::spec).max_by_key(|spec| spec.layer).cloned()
}
