//! Links, wished and seen.

use minos_config::LinkFacts;

use super::{
    BondMaster, ConfigLayer, Duplex, LinkFlags, LinkType, OperationalState, Port, VlanProtocol, VrfMaster, VrfSlave,
    Wireguard,
};
use crate::declare::{message, resource};
use crate::wire::HardwareAddress;

resource! {
    /// How a link should be.
    #[derive(Eq, Default)]
    pub struct LinkSpec = "LinkSpecs.net.talos.dev" in super::NAMESPACE => {
        /// Name.
        1 "name" => name: String,
        /// Made by software, so it is created when missing.
        2 "logical" => logical: bool,
        /// Whether it is up.
        3 "up" => up: bool,
        /// MTU in bytes; 0 leaves it.
        4 "mtu" => mtu: u32,
        /// `vlan`, `bond`, `bridge`, …; empty for hardware.
        5 "kind" => kind: String,
        /// Layer 2 type.
        6 "type" => link_type: LinkType,
        /// Hardware address; empty leaves it.
        15 "hardwareAddr" as HardwareAddress => hardware_address: String [omitempty],
        /// The link below, of a VLAN.
        7 "parentName" => parent_name: String [omitempty],
        /// The bond it belongs to.
        #[serde(flatten)]
        8 "(inline)" => bond_slave: BondSlave,
        /// The bridge it belongs to.
        9 "bridgeSlave" => bridge_slave: BridgeSlave [omitempty],
        /// The VRF it belongs to.
        18 "vrfSlave" => vrf_slave: VrfSlave [omitempty],
        /// What it is as a VLAN.
        10 "vlan" => vlan: Option<VlanSpec> [omitempty],
        /// What it is as a bond.
        11 "bondMaster" => bond_master: Option<BondMaster> [omitempty],
        /// What it is as a bridge.
        12 "bridgeMaster" => bridge_master: BridgeMaster [omitempty],
        /// What it is as a VRF.
        17 "vrfMaster" => vrf_master: Option<VrfMaster> [omitempty],
        /// What it is as a WireGuard link.
        13 "wireguard" => wireguard: Option<Wireguard> [omitempty],
        /// Who wishes it.
        14 "layer" => layer: ConfigLayer,
        /// Whether it takes multicast packets; absent leaves it.
        16 "multicast" => multicast: Option<bool> [omitempty],
    }
    sensitive: true;
}

message! {
    /// Membership in a bond.
    #[derive(Eq, Default)]
    pub struct BondSlave {
        /// The bond.
        1 "masterName" => master_name: String [omitempty],
        /// Place among its links.
        2 "slaveIndex" => slave_index: u32 [omitempty],
    }
}

message! {
    /// Membership in a bridge.
    #[derive(Eq, Default)]
    pub struct BridgeSlave {
        /// The bridge.
        1 "masterName" => master_name: String [omitempty],
    }
}

message! {
    /// A VLAN.
    #[derive(Eq)]
    pub struct VlanSpec {
        /// 1 to 4094.
        1 "vlanID" => id: u16,
        /// How frames are marked.
        2 "vlanProtocol" => protocol: VlanProtocol,
    }
}

message! {
    /// A bridge.
    #[derive(Eq, Default)]
    pub struct BridgeMaster {
        /// Spanning tree.
        1 "stp" => stp: SpanningTree [omitempty],
        /// VLANs on it.
        2 "vlan" => vlan: BridgeVlan [omitempty],
    }
}

message! {
    /// Spanning tree of a bridge.
    #[derive(Eq, Default)]
    pub struct SpanningTree {
        /// Whether it runs.
        1 "enabled" => enabled: bool,
    }
}

message! {
    /// VLANs on a bridge.
    #[derive(Eq, Default)]
    pub struct BridgeVlan {
        /// Whether frames are kept to the VLANs of their ports.
        1 "filteringEnabled" => filtering_enabled: bool,
    }
}

resource! {
    /// A link that the kernel lists.
    #[derive(Eq, Default)]
    pub struct LinkStatus = "LinkStatuses.net.talos.dev" in super::NAMESPACE => {
        /// The `ifalias` text.
        31 "alias" => alias: String [omitempty],
        /// Alternative names.
        32 "altNames" => alt_names: Vec<String> [omitempty],
        /// Number.
        1 "index" => index: u32,
        /// Layer 2 type.
        2 "type" => link_type: LinkType,
        /// Number of the link below.
        3 "linkIndex" => link_index: u32,
        /// Flags.
        4 "flags" => flags: LinkFlags,
        /// Hardware address.
        5 "hardwareAddr" as HardwareAddress => hardware_addr: String,
        /// Hardware address burnt in.
        30 "permanentAddr" as HardwareAddress => permanent_addr: String,
        /// Broadcast hardware address.
        6 "broadcastAddr" as HardwareAddress => broadcast_addr: String,
        /// MTU in bytes.
        7 "mtu" => mtu: u32,
        /// Queueing discipline.
        8 "queueDisc" => queue_disc: String,
        /// Number of the link that it belongs to.
        9 "masterIndex" => master_index: u32 [omitempty],
        /// Operational state.
        10 "operationalState" => operational_state: OperationalState,
        /// `vlan`, `bond`, …; empty for hardware.
        11 "kind" => kind: String,
        /// What it is to its master.
        12 "slaveKind" => slave_kind: String,
        /// Place on its bus.
        13 "busPath" => bus_path: String [omitempty],
        /// PCI vendor and product.
        14 "pciID" => pci_id: String [omitempty],
        /// The kernel's driver.
        15 "driver" => driver: String [omitempty],
        /// Version of the driver.
        16 "driverVersion" => driver_version: String [omitempty],
        /// Version of the firmware.
        17 "firmwareVersion" => firmware_version: String [omitempty],
        /// Number of the product, in hexadecimal.
        18 "productID" => product_id: String [omitempty],
        /// Number of the vendor, in hexadecimal.
        19 "vendorID" => vendor_id: String [omitempty],
        /// The product.
        20 "product" => product: String [omitempty],
        /// The vendor.
        21 "vendor" => vendor: String [omitempty],
        /// Whether there is a carrier.
        22 "linkState" => link_state: bool,
        /// Megabits per second.
        23 "speedMbit" => speed_megabits: i64 [omitempty],
        /// What the cable is plugged into.
        24 "port" => port: Port,
        /// Whether both ends may talk at once.
        25 "duplex" => duplex: Duplex,
        /// What it is as a VLAN.
        26 "vlan" => vlan: Option<VlanSpec> [omitempty],
        /// What it is as a bridge.
        27 "bridgeMaster" => bridge_master: BridgeMaster [omitempty],
        /// What it is as a bond.
        28 "bondMaster" => bond_master: Option<BondMaster> [omitempty],
        /// What it is as a VRF.
        33 "vrfMaster" => vrf_master: Option<VrfMaster> [omitempty],
        /// What it is as a WireGuard link.
        29 "wireguard" => wireguard: Option<Wireguard> [omitempty],
    }
    aliases: ["link", "links"];
    columns: [
        "Alias" => "{.alias}",
        "Type" => "{.type}",
        "Kind" => "{.kind}",
        "Hw Addr" => "{.hardwareAddr}",
        "Oper State" => "{.operationalState}",
        "Link State" => "{.linkState}",
    ];
    redacted: LinkStatus::without_keys;
}

impl LinkStatus {
    /// The status without the keys of WireGuard; in [`LinkSpec`] they make the whole type sensitive.
    fn without_keys(&self) -> Self {
        let mut redacted = self.clone();
        redacted.wireguard.iter_mut().for_each(Wireguard::hide_keys);
        redacted
    }

    /// Whether it is hardware (or a hypervisor's device).
    pub fn physical(&self) -> bool {
        self.link_type == LinkType::ETHER && self.kind.is_empty()
    }

    /// What selectors of the configuration compare, of the link `name`.
    pub fn facts(&self, name: &str) -> LinkFacts {
        let alias = Some(&self.alias).filter(|alias| !alias.is_empty());
        LinkFacts {
            name: name.to_owned(),
            other_names: self.alt_names.iter().chain(alias).cloned().collect(),
            hardware_addr: self.hardware_addr.clone(),
            permanent_addr: self.permanent_addr.clone(),
            bus_path: self.bus_path.clone(),
            pci_id: self.pci_id.clone(),
            driver: self.driver.clone(),
            physical: self.physical(),
            is_port: self.master_index != 0,
            loopback: self.link_type == LinkType::LOOPBACK,
        }
    }
}
