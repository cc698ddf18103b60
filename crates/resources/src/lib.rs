//! Every resource type of the node: one file per type with its spec, type name, namespace, aliases, table columns and
//! sensitivity. Behaviour lives in the domain crates; this crate is the vocabulary in which they meet.
//!
//! Adding a type: a file in its domain's folder and a line in that domain's `DEFINITIONS`.

#![forbid(unsafe_code)]

pub mod block;
pub mod cluster;
pub mod config;
pub mod cri;
pub mod etcd;
pub mod files;
pub mod hardware;
pub mod k8s;
pub mod network;
pub mod runtime;
pub mod secrets;
pub mod v1alpha1;

use minos_runtime::{Definition, NamespaceSpec, ResourceDefinition};

/// Every resource type that this system knows, by domain.
pub fn definitions() -> impl Iterator<Item = &'static Definition> {
    const META: &[Definition] = &[Definition::of::<ResourceDefinition>(), Definition::of::<NamespaceSpec>()];
    [
        META,
        block::DEFINITIONS,
        cluster::DEFINITIONS,
        config::DEFINITIONS,
        cri::DEFINITIONS,
        etcd::DEFINITIONS,
        files::DEFINITIONS,
        hardware::DEFINITIONS,
        k8s::DEFINITIONS,
        network::DEFINITIONS,
        runtime::DEFINITIONS,
        secrets::DEFINITIONS,
        v1alpha1::DEFINITIONS,
    ]
    .into_iter()
    .flatten()
}
