//! Addresses, wished and seen.

use std::net::IpAddr;

use ipnet::IpNet;

use super::{AddressFlags, ConfigLayer, Family, Scope};
use crate::declare::resource;

resource! {
    /// An address that a link should have.
    #[derive(Eq, Hash)]
    pub struct AddressSpec = "AddressSpecs.net.talos.dev" in super::NAMESPACE => {
        /// Address with the length of its network.
        1 "address" => address: IpNet,
        /// Name of the link.
        2 "linkName" => link_name: String,
        /// Family.
        3 "family" => family: Family,
        /// Scope.
        4 "scope" => scope: Scope,
        /// Flags.
        5 "flags" => flags: AddressFlags,
        /// Tell the neighbours when it is set.
        6 "announceWithARP" => announce_with_arp: bool [omitempty],
        /// Metric of the route to its network; 0 for the kernel's choice.
        8 "priority" => priority: u32 [omitempty],
        /// Who wishes it.
        7 "layer" => layer: ConfigLayer,
    }
}

resource! {
    /// An address that the kernel lists. The YAML leaves out the other addresses, as upstream's does: its encoder takes a
    /// single address that may be absent for absent.
    #[derive(Eq)]
    pub struct AddressStatus = "AddressStatuses.net.talos.dev" in super::NAMESPACE => {
        /// Address with the length of its network.
        1 "address" => address: IpNet,
        /// The local end.
        #[serde(skip_serializing)]
        2 "local" => local: Option<IpAddr> [omitempty],
        /// Broadcast address.
        #[serde(skip_serializing)]
        3 "broadcast" => broadcast: Option<IpAddr> [omitempty],
        /// Anycast address.
        #[serde(skip_serializing)]
        4 "anycast" => anycast: Option<IpAddr> [omitempty],
        /// Multicast address.
        #[serde(skip_serializing)]
        5 "multicast" => multicast: Option<IpAddr> [omitempty],
        /// The link's number.
        6 "linkIndex" => link_index: u32,
        /// The link's name.
        7 "linkName" => link_name: String,
        /// Family.
        8 "family" => family: Family,
        /// Scope.
        9 "scope" => scope: Scope,
        /// Flags.
        10 "flags" => flags: AddressFlags,
        /// Metric of the route to its network.
        11 "priority" => priority: u32,
    }
    aliases: ["address", "addresses"];
    columns: ["Address" => "{.address}", "Link" => "{.linkName}"];
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Message as _;

    #[test]
    fn other_addresses_are_on_the_wire_and_not_in_yaml_as_upstreams() {
        let status = AddressStatus {
            address: "10.5.0.2/24".parse().expect("a network"),
            local: Some([10, 5, 0, 2].into()),
            broadcast: Some([10, 5, 0, 255].into()),
            anycast: None,
            multicast: None,
            link_index: 0,
            link_name: String::new(),
            family: Family::INET4,
            scope: Scope::GLOBAL,
            flags: AddressFlags::PERMANENT,
            priority: 0,
        };
        let yaml = serde_saphyr::to_string(&status).expect("it is written");
        let keys: Vec<&str> = yaml.lines().filter_map(|line| line.split(':').next()).collect();
        assert_eq!(keys, ["address", "linkIndex", "linkName", "family", "scope", "flags", "priority"]);
        // What upstream's encoder writes of the same addresses.
        let wanted =
            b"\x0a\x08\x0a\x04\x0a\x05\x00\x02\x10\x18\x12\x06\x0a\x04\x0a\x05\x00\x02\x1a\x06\x0a\x04\x0a\x05\x00\xff";
        assert!(status.to_bytes().starts_with(wanted), "{:02x?}", status.to_bytes());
    }
}
