//! The etcd to run.

use std::collections::BTreeMap;
use std::net::IpAddr;

use crate::declare::resource;
use crate::k8s::ArgValues;

resource! {
    /// The etcd to run.
    #[derive(Default)]
    pub struct EtcdSpec = "EtcdSpecs.etcd.talos.dev" in super::NAMESPACE => {
        /// The member's name.
        1 "name" => name: String,
        /// Addresses that other members and clients are told.
        2 "advertisedAddresses" => advertised_addresses: Vec<IpAddr>,
        /// Addresses to listen on for other members.
        5 "listenPeerAddresses" => listen_peer_addresses: Vec<IpAddr>,
        /// Addresses to listen on for clients.
        6 "listenClientAddresses" => listen_client_addresses: Vec<IpAddr>,
        /// Image reference.
        3 "image" => image: String,
        /// Further flags, merged over the component's own.
        7 "extraArgs" => extra_args: BTreeMap<String, ArgValues>,
    }
    columns: [
        "Name" => "{.name}",
        "AdvertisedAddresses" => "{.advertisedAddresses}",
        "ListenPeerAddresses" => "{.listenPeerAddresses}",
        "ListenClientAddresses" => "{.listenClientAddresses}",
    ];
}

impl EtcdSpec {
    /// Id of the only one.
    pub const ID: &'static str = "etcd";
}
