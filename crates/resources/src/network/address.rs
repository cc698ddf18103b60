//! Addresses, wished and seen.

use std::net::IpAddr;

use ipnet::IpNet;
use minos_runtime::{Column, Spec};
use serde::{Deserialize, Serialize};

use super::{AddressFlags, ConfigLayer, Family, Scope};
use crate::wire::text::is_default;

/// An address that a link should have.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AddressSpec {
    /// Address with the length of its network.
    pub address: IpNet,
    /// Name of the link.
    pub link_name: String,
    /// Family.
    pub family: Family,
    /// Scope.
    pub scope: Scope,
    /// Flags.
    pub flags: AddressFlags,
    /// Tell the neighbours when it is set.
    #[serde(rename = "announceWithARP", default, skip_serializing_if = "is_default")]
    pub announce_with_arp: bool,
    /// Metric of the route to its network; 0 for the kernel's choice.
    #[serde(default, skip_serializing_if = "is_default")]
    pub priority: u32,
    /// Who wishes it.
    pub layer: ConfigLayer,
}

/// An address that the kernel lists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AddressStatus {
    /// Address with the length of its network.
    pub address: IpNet,
    /// The local end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub local: Option<IpAddr>,
    /// Broadcast address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub broadcast: Option<IpAddr>,
    /// The link's number.
    pub link_index: u32,
    /// The link's name.
    pub link_name: String,
    /// Family.
    pub family: Family,
    /// Scope.
    pub scope: Scope,
    /// Flags.
    pub flags: AddressFlags,
    /// Metric of the route to its network.
    pub priority: u32,
}

/// Id of an address on a link, for example `eth0/10.5.0.2/24`.
pub fn address_id(link_name: &str, address: IpNet) -> String {
    format!("{link_name}/{address}")
}

impl AddressSpec {
    /// A permanent global address.
    pub fn new(link_name: impl Into<String>, address: IpNet, layer: ConfigLayer) -> Self {
        Self {
            address,
            link_name: link_name.into(),
            family: Family::of(address.addr()),
            scope: Scope::GLOBAL,
            flags: AddressFlags::PERMANENT,
            announce_with_arp: false,
            priority: 0,
            layer,
        }
    }
}

impl AddressFlags {
    /// Set for good, as far as the kernel is concerned.
    pub const PERMANENT: Self = Self(1 << 7);
    /// The kernel still looks for duplicates.
    pub const TENTATIVE: Self = Self(1 << 6);
}

impl Family {
    /// The family of an address.
    pub fn of(address: IpAddr) -> Self {
        if address.is_ipv4() { Self::INET4 } else { Self::INET6 }
    }
}

impl Spec for AddressSpec {
    const TYPE: &'static str = "AddressSpecs.net.talos.dev";
    const NAMESPACE: &'static str = super::NAMESPACE;
}

impl Spec for AddressStatus {
    const TYPE: &'static str = "AddressStatuses.net.talos.dev";
    const NAMESPACE: &'static str = super::NAMESPACE;
    const ALIASES: &'static [&'static str] = &["address", "addresses"];
    const COLUMNS: &'static [Column] = &[Column::new("Address", "{.address}"), Column::new("Link", "{.linkName}")];
}
