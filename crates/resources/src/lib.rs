//! Every resource type of the node: one declaration per type, from which come its spec, YAML, protobuf bytes, type name,
//! namespace, aliases, table columns and sensitivity ([`wire`] has the encoding). Behaviour lives in the domain crates; this crate is the vocabulary in which they meet.
//!
//! Adding a type: a file in its domain's folder and a line in that domain's `definitions!`.

#![forbid(unsafe_code)]

mod declare;
#[cfg(test)]
mod golden;

pub mod block;
pub mod cluster;
pub mod config;
pub mod cri;
pub mod etcd;
pub mod files;
pub mod hardware;
pub mod k8s;
pub mod kubespan;
pub mod meta;
pub mod network;
pub mod perf;
mod redacted;
pub mod runtime;
pub mod secrets;
pub mod security;
pub mod siderolink;
pub mod v1alpha1;
pub mod wire;

use minos_runtime::Definition;

/// Every resource type that this system knows, by domain.
pub fn definitions() -> impl Iterator<Item = &'static Definition> {
    [
        meta::DEFINITIONS,
        block::DEFINITIONS,
        cluster::DEFINITIONS,
        config::DEFINITIONS,
        cri::DEFINITIONS,
        etcd::DEFINITIONS,
        files::DEFINITIONS,
        hardware::DEFINITIONS,
        k8s::DEFINITIONS,
        kubespan::DEFINITIONS,
        network::DEFINITIONS,
        perf::DEFINITIONS,
        runtime::DEFINITIONS,
        secrets::DEFINITIONS,
        security::DEFINITIONS,
        siderolink::DEFINITIONS,
        v1alpha1::DEFINITIONS,
    ]
    .into_iter()
    .flatten()
}

/// The golden tests of every domain.
#[cfg(test)]
const GOLDEN: &[&[fn() -> golden::Golden]] = &[
    block::GOLDEN,
    cluster::GOLDEN,
    config::GOLDEN,
    cri::GOLDEN,
    etcd::GOLDEN,
    files::GOLDEN,
    hardware::GOLDEN,
    k8s::GOLDEN,
    kubespan::GOLDEN,
    meta::GOLDEN,
    network::GOLDEN,
    perf::GOLDEN,
    runtime::GOLDEN,
    secrets::GOLDEN,
    security::GOLDEN,
    siderolink::GOLDEN,
    v1alpha1::GOLDEN,
];
