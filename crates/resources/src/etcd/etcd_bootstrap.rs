//! The request to make a new cluster.

use minos_runtime::Spec;
use serde::{Deserialize, Serialize};

/// There once somebody asked this node to found an etcd cluster.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EtcdBootstrap {
    /// Whether data comes from a snapshot that was uploaded before.
    pub recover: bool,
    /// Whether the snapshot's checksum is not looked at.
    pub skip_hash_check: bool,
}

impl EtcdBootstrap {
    /// Id of the only one.
    pub const ID: &'static str = "etcd";
}

impl Spec for EtcdBootstrap {
    const TYPE: &'static str = "EtcdBootstraps.etcd.minos.dev";
    const NAMESPACE: &'static str = super::NAMESPACE;
}
