//! The etcd to run.

use std::collections::BTreeMap;
use std::net::IpAddr;

use minos_runtime::{Column, Spec};
use serde::{Deserialize, Serialize};

use crate::k8s::ArgValues;

/// The etcd to run.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EtcdSpec {
    /// The member's name.
    pub name: String,
    /// Addresses that other members and clients are told.
    pub advertised_addresses: Vec<IpAddr>,
    /// Addresses to listen on for other members.
    pub listen_peer_addresses: Vec<IpAddr>,
    /// Addresses to listen on for clients.
    pub listen_client_addresses: Vec<IpAddr>,
    /// Image reference.
    pub image: String,
    /// Further flags, merged over the component's own.
    pub extra_args: BTreeMap<String, ArgValues>,
}

impl EtcdSpec {
    /// Id of the only one.
    pub const ID: &'static str = "etcd";
}

impl Spec for EtcdSpec {
    const TYPE: &'static str = "EtcdSpecs.etcd.talos.dev";
    const NAMESPACE: &'static str = super::NAMESPACE;
    const COLUMNS: &'static [Column] = &[
        Column::new("Name", "{.name}"),
        Column::new("AdvertisedAddresses", "{.advertisedAddresses}"),
        Column::new("ListenPeerAddresses", "{.listenPeerAddresses}"),
        Column::new("ListenClientAddresses", "{.listenClientAddresses}"),
    ];
}
