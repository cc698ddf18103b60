//! Routing rules: which table a packet is routed by.

use ipnet::IpNet;

use super::{ConfigLayer, Family, RoutingTable};
use crate::declare::{enumeration, resource};

resource! {
    /// A rule that there should be.
    #[derive(Eq)]
    pub struct RoutingRuleSpec = "RoutingRuleSpecs.net.talos.dev" in super::NAMESPACE => {
        /// Family.
        1 "family" => family: Family,
        /// Source of the packets; absent for all.
        #[serde(with = "crate::wire::text")]
        2 "src" => source: Option<IpNet>,
        /// Destination of the packets; absent for all.
        #[serde(with = "crate::wire::text")]
        3 "dst" => destination: Option<IpNet>,
        /// Table.
        4 "table" => table: RoutingTable,
        /// Place among the rules.
        5 "priority" => priority: u32,
        /// What it does.
        6 "action" => action: RoutingRuleAction,
        /// Link that the packets came by.
        7 "iifName" => in_link_name: String [omitempty],
        /// Link that the packets are bound to.
        8 "oifName" => out_link_name: String [omitempty],
        /// Mark of the packets.
        9 "fwMark" => mark: u32 [omitempty],
        /// Bits of the mark that are compared.
        10 "fwMask" => mask: u32 [omitempty],
        /// Who asks for it.
        11 "layer" => layer: ConfigLayer,
    }
}

resource! {
    /// A rule that the kernel lists.
    #[derive(Eq)]
    pub struct RoutingRuleStatus = "RoutingRuleStatuses.net.talos.dev" in super::NAMESPACE => {
        /// Family.
        1 "family" => family: Family,
        /// Source of the packets; absent for all.
        #[serde(with = "crate::wire::text")]
        2 "src" => source: Option<IpNet>,
        /// Destination of the packets; absent for all.
        #[serde(with = "crate::wire::text")]
        3 "dst" => destination: Option<IpNet>,
        /// Table.
        4 "table" => table: RoutingTable,
        /// Place among the rules.
        5 "priority" => priority: u32,
        /// What it does.
        6 "action" => action: RoutingRuleAction,
        /// Link that the packets came by.
        7 "iifName" => in_link_name: String [omitempty],
        /// Link that the packets are bound to.
        8 "oifName" => out_link_name: String [omitempty],
        /// Mark of the packets.
        9 "fwMark" => mark: u32 [omitempty],
        /// Bits of the mark that are compared.
        10 "fwMask" => mask: u32 [omitempty],
    }
    aliases: ["routingrule", "routingrules"];
    columns: ["Src" => "{.src}", "Dst" => "{.dst}", "Table" => "{.table}", "Priority" => "{.priority}"];
}

enumeration! {
    /// What a rule does.
    #[derive(Default)]
    pub enum RoutingRuleAction {
        #[default]
        0 "unspec" => Unspec,
        1 "unicast" => Unicast,
        6 "blackhole" => Blackhole,
        7 "unreachable" => Unreachable,
        8 "prohibit" => Prohibit,
    }
}
