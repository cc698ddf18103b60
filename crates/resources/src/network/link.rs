//! Links, wished and seen.

use minos_runtime::{Column, Spec};
use serde::{Deserialize, Serialize};

use super::{ConfigLayer, Duplex, LinkFlags, LinkType, OperationalState, Port, VlanProtocol};
use crate::wire::text::is_default;

/// How a link should be.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LinkSpec {
    /// Name.
    pub name: String,
    /// Made by software, so it is created when missing.
    pub logical: bool,
    /// Whether it is up.
    pub up: bool,
    /// MTU in bytes; 0 leaves it.
    pub mtu: u32,
    /// `vlan`, `bond`, `bridge`, …; empty for hardware.
    pub kind: String,
    /// Layer 2 type.
    #[serde(rename = "type")]
    pub link_type: LinkType,
    /// Hardware address; empty leaves it.
    #[serde(rename = "hardwareAddr", default, skip_serializing_if = "is_default")]
    pub hardware_address: String,
    /// The link below, of a VLAN.
    #[serde(default, skip_serializing_if = "is_default")]
    pub parent_name: String,
    /// The bond it belongs to.
    #[serde(flatten)]
    pub bond_slave: BondSlave,
    /// The bridge it belongs to.
    #[serde(default, skip_serializing_if = "is_default")]
    pub bridge_slave: BridgeSlave,
    /// What it is as a VLAN.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vlan: Option<VlanSpec>,
    /// What it is as a bridge.
    #[serde(default, skip_serializing_if = "is_default")]
    pub bridge_master: BridgeMaster,
    /// Who wishes it.
    pub layer: ConfigLayer,
    /// Whether it takes multicast packets; absent leaves it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub multicast: Option<bool>,
}

/// Membership in a bond.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BondSlave {
    /// The bond.
    #[serde(skip_serializing_if = "is_default")]
    pub master_name: String,
    /// Place among its links.
    #[serde(skip_serializing_if = "is_default")]
    pub slave_index: u32,
}

/// Membership in a bridge.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BridgeSlave {
    /// The bridge.
    #[serde(skip_serializing_if = "is_default")]
    pub master_name: String,
}

/// A VLAN.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VlanSpec {
    /// 1 to 4094.
    #[serde(rename = "vlanID")]
    pub id: u16,
    /// How frames are marked.
    #[serde(rename = "vlanProtocol")]
    pub protocol: VlanProtocol,
}

/// A bridge.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct BridgeMaster {
    /// Spanning tree.
    #[serde(skip_serializing_if = "is_default")]
    pub stp: SpanningTree,
    /// VLANs on it.
    #[serde(skip_serializing_if = "is_default")]
    pub vlan: BridgeVlan,
}

/// Spanning tree of a bridge.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SpanningTree {
    /// Whether it runs.
    pub enabled: bool,
}

/// VLANs on a bridge.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BridgeVlan {
    /// Whether frames are kept to the VLANs of their ports.
    pub filtering_enabled: bool,
}

/// A link that the kernel lists.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LinkStatus {
    /// The `ifalias` text.
    #[serde(default, skip_serializing_if = "is_default")]
    pub alias: String,
    /// Alternative names.
    #[serde(default, skip_serializing_if = "is_default")]
    pub alt_names: Vec<String>,
    /// Number.
    pub index: u32,
    /// Layer 2 type.
    #[serde(rename = "type")]
    pub link_type: LinkType,
    /// Number of the link below.
    pub link_index: u32,
    /// Flags.
    pub flags: LinkFlags,
    /// Hardware address.
    pub hardware_addr: String,
    /// Hardware address burnt in.
    pub permanent_addr: String,
    /// Broadcast hardware address.
    pub broadcast_addr: String,
    /// MTU in bytes.
    pub mtu: u32,
    /// Queueing discipline.
    pub queue_disc: String,
    /// Number of the link that it belongs to.
    #[serde(default, skip_serializing_if = "is_default")]
    pub master_index: u32,
    /// Operational state.
    pub operational_state: OperationalState,
    /// `vlan`, `bond`, …; empty for hardware.
    pub kind: String,
    /// What it is to its master.
    pub slave_kind: String,
    /// Place on its bus.
    #[serde(default, skip_serializing_if = "is_default")]
    pub bus_path: String,
    /// PCI vendor and product.
    #[serde(rename = "pciID", default, skip_serializing_if = "is_default")]
    pub pci_id: String,
    /// The kernel's driver.
    #[serde(default, skip_serializing_if = "is_default")]
    pub driver: String,
    /// Whether there is a carrier.
    pub link_state: bool,
    /// Megabits per second.
    #[serde(rename = "speedMbit", default, skip_serializing_if = "is_default")]
    pub speed_megabits: i64,
    /// What the cable is plugged into.
    pub port: Port,
    /// Whether both ends may talk at once.
    pub duplex: Duplex,
    /// What it is as a VLAN.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vlan: Option<VlanSpec>,
}

impl LinkStatus {
    /// Whether it is hardware (or a hypervisor's device).
    pub fn physical(&self) -> bool {
        self.link_type == LinkType::ETHER && self.kind.is_empty()
    }
}

impl Spec for LinkSpec {
    const TYPE: &'static str = "LinkSpecs.net.talos.dev";
    const NAMESPACE: &'static str = super::NAMESPACE;
    const SENSITIVE: bool = true;
}

impl Spec for LinkStatus {
    const TYPE: &'static str = "LinkStatuses.net.talos.dev";
    const NAMESPACE: &'static str = super::NAMESPACE;
    const ALIASES: &'static [&'static str] = &["link", "links"];
    const COLUMNS: &'static [Column] = &[
        Column::new("Alias", "{.alias}"),
        Column::new("Type", "{.type}"),
        Column::new("Kind", "{.kind}"),
        Column::new("Hw Addr", "{.hardwareAddr}"),
        Column::new("Oper State", "{.operationalState}"),
        Column::new("Link State", "{.linkState}"),
    ];
}
