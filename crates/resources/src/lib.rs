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
pub mod runtime;
pub mod secrets;
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
        runtime::DEFINITIONS,
        secrets::DEFINITIONS,
        v1alpha1::DEFINITIONS,
    ]
    .into_iter()
    .flatten()
}

/// The golden tests of every domain.
#[cfg(test)]
const GOLDEN: &[&[fn() -> golden::Golden]] = &[
    cluster::GOLDEN,
    config::GOLDEN,
    etcd::GOLDEN,
    k8s::GOLDEN,
    kubespan::GOLDEN,
    meta::GOLDEN,
    network::GOLDEN,
    secrets::GOLDEN,
    v1alpha1::GOLDEN,
];

/// Domains whose types have no declaration yet, and so no bytes.
#[cfg(test)]
const UNDECLARED: &[&[Definition]] =
    &[block::DEFINITIONS, cri::DEFINITIONS, files::DEFINITIONS, hardware::DEFINITIONS, runtime::DEFINITIONS];

/// Groups of pinned types that are not all registered yet.
#[cfg(test)]
const PENDING: &[&str] = &[
    "block.talos.dev",
    "cri.talos.dev",
    "files.talos.dev",
    "hardware.talos.dev",
    "net.talos.dev",
    "perf.talos.dev",
    "runtime.talos.dev",
    "security.talos.dev",
    "siderolink.talos.dev",
    "talos.dev",
];
