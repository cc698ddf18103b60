//! Operators: what configures links by asking others. So far DHCP for IPv4.

mod apply;
mod config;

use minos_resources::network::{CONFIG_NAMESPACE, NAMESPACE, OperatorSpec};
use minos_runtime::{Controller, Merge, Resource};

use crate::Deps;

pub(crate) use config::expected;

pub(crate) fn controllers(deps: &Deps) -> Vec<Box<dyn Controller>> {
    vec![
        Box::new(config::Config),
        Merge::<OperatorSpec>::new("network.operator.merge", CONFIG_NAMESPACE, NAMESPACE, OperatorSpec::id, |layers| {
            layers.iter().map(Resource::spec).max_by_key(|spec| spec.layer).cloned()
        })
        .boxed(),
        Box::new(apply::Apply::new(deps)),
    ]
}
