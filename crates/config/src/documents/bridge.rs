use crate::{
    documents::{Kind, Whole, link_common::LinkCommon},
    schema::{Effect, HardwareAddress, section},
    validate::Check,
};

section! {
    /// A switch in software, for virtual machines and containers.
    pub struct BridgeConfig {
        /// The name of the link that is made.
        "name" => name: String [required] [example("br0")],
        /// Its hardware address, in place of the one that it has or is given.
        "hardwareAddr" => hardware_addr: Option<HardwareAddress> [example("02:00:5e:10:00:01")] [since("v1.12")],
        /// The links that are its ports; they can be aliases.
        "links" => links: Vec<String> [example("[enp0s3]")],
        /// The spanning tree protocol.
        "stp" => stp: SpanningTree,
        /// Virtual networks.
        "vlan" => vlan: BridgeVlans,
    } with common: LinkCommon
}

section! {
    /// The spanning tree protocol, which breaks loops between switches.
    pub struct SpanningTree {
        /// It is spoken.
        "enabled" => enabled: Option<bool> [default("false")],
    }
}

section! {
    /// Virtual networks on a bridge.
    pub struct BridgeVlans {
        /// Packets reach only ports of their own virtual network.
        "filtering" => filtering: Option<bool> [default("false")],
    }
}

impl Kind for BridgeConfig {
    const EFFECT: Effect = Effect::Idle;
    const SINCE: &'static str = "v1.12";

    fn check(&self, whole: &Whole<'_>, check: &mut Check) {
        self.common.check("BridgeConfig", &self.name, whole, check);
    }
}
