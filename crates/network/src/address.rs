//! Addresses of links.

mod apply;
mod config;
mod plan;
mod status;

use minos_resources::network::{AddressSpec, CONFIG_NAMESPACE, NAMESPACE, address_id};
use minos_runtime::{Controller, Merge, Resource};

use crate::Deps;

pub(crate) fn controllers(deps: &Deps) -> Vec<Box<dyn Controller>> {
    vec![
        Box::new(config::Config),
        Merge::<AddressSpec>::new(
            "network.address.merge",
            CONFIG_NAMESPACE,
            NAMESPACE,
            |spec| address_id(&spec.link_name, spec.address),
            |layers| layers.iter().map(Resource::spec).max_by_key(|spec| spec.layer).cloned(),
        )
        .boxed(),
        Box::new(apply::Apply::new(deps)),
        Box::new(status::Status::new(deps)),
    ]
}
