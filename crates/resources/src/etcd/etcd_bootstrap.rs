//! The request to make a new cluster.

use crate::declare::resource;

resource! {
    /// There once somebody asked this node to found an etcd cluster.
    #[derive(Default)]
    pub struct EtcdBootstrap = "EtcdBootstraps.etcd.minos.dev" in super::NAMESPACE => {
        /// Whether data comes from a snapshot that was uploaded before.
        1 "recover" => recover: bool,
        /// Whether the snapshot's checksum is not looked at.
        2 "skipHashCheck" => skip_hash_check: bool,
    }
}

impl EtcdBootstrap {
    /// Id of the only one.
    pub const ID: &'static str = "etcd";
}
