//! Links: which are up, with which MTU.

mod apply;
mod config;
mod plan;
mod status;

use std::cmp::Ordering;

use minos_resources::network::{CONFIG_NAMESPACE, LinkSpec, NAMESPACE};
use minos_runtime::{Controller, Merge, Resource};

use crate::Deps;

pub(crate) fn controllers(deps: &Deps) -> Vec<Box<dyn Controller>> {
    vec![
        Box::new(config::Config),
        Merge::<LinkSpec>::new("network.link.merge", CONFIG_NAMESPACE, NAMESPACE, |spec| spec.name.clone(), merge)
            .boxed(),
        Box::new(apply::Apply::new(deps)),
        Box::new(status::Status::new(deps)),
    ]
}

/// What a later layer says wins; what it does not say stays.
fn merge(layers: &[Resource<LinkSpec>]) -> Option<LinkSpec> {
    let mut layers: Vec<&LinkSpec> = layers.iter().map(Resource::spec).collect();
    layers.sort_by(|one, other| one.layer.cmp(&other.layer).then(Ordering::Equal));
    let (first, rest) = layers.split_first()?;
    Some(rest.iter().fold((*first).clone(), |mut merged, layer| {
        overlay(&mut merged, layer);
        merged
    }))
}

fn overlay(merged: &mut LinkSpec, layer: &LinkSpec) {
    fn take<T: Default + PartialEq + Clone>(merged: &mut T, layer: &T) {
        if *layer != T::default() {
            *merged = layer.clone();
        }
    }
    take(&mut merged.logical, &layer.logical);
    take(&mut merged.up, &layer.up);
    take(&mut merged.mtu, &layer.mtu);
    take(&mut merged.kind, &layer.kind);
    take(&mut merged.link_type, &layer.link_type);
    take(&mut merged.hardware_address, &layer.hardware_address);
    take(&mut merged.parent_name, &layer.parent_name);
    take(&mut merged.bond_slave, &layer.bond_slave);
    take(&mut merged.bridge_slave, &layer.bridge_slave);
    take(&mut merged.vlan, &layer.vlan);
    take(&mut merged.bridge_master, &layer.bridge_master);
    take(&mut merged.multicast, &layer.multicast);
    merged.layer = layer.layer;
}
