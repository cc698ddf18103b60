use ipnet::IpNet;

use crate::{
    documents::{Kind, Whole},
    schema::{Effect, RoutingTable, section},
    validate::Check,
};

/// Priorities that the kernel and the mesh between nodes use.
const RESERVED: [u32; 5] = [0, 32500, 32501, 32766, 32767];

section! {
    /// Which routing table is used for which packets.
    pub struct RoutingRuleConfig {
        /// The rule's priority; smaller is looked at first. 1 to 32765, without 32500 and 32501.
        "name" => name: String [required] [example("\"1000\"")],
        /// Only packets from this network.
        "src" => src: Option<IpNet> [default("from everywhere")] [example("10.0.0.0/8")],
        /// Only packets to this network.
        "dst" => dst: Option<IpNet> [default("to everywhere")] [example("192.168.0.0/16")],
        /// The routing table; needed unless `action` drops the packets.
        "table" => table: Option<RoutingTable> [example("100")],
        /// What happens to the packets: `unicast` looks into the table, the others drop them (silently, or with an answer).
        "action" => action: String [values(&["unicast", "blackhole", "unreachable", "prohibit"])] [default("unicast")],
        /// Only packets that came by this link.
        "iifName" => iif_name: String [example("enp0s3")],
        /// Only packets that leave by this link.
        "oifName" => oif_name: String [example("enp0s8")],
        /// Only packets with this mark.
        "fwMark" => fw_mark: u32 [example("256")],
        /// Which bits of the mark count. Needs `fwMark`.
        "fwMask" => fw_mask: u32 [default("all")] [example("65280")],
    }
}

impl Kind for RoutingRuleConfig {
    const EFFECT: Effect = Effect::Idle;
    const SINCE: &'static str = "v1.13";

    fn check(&self, _: &Whole<'_>, check: &mut Check) {
        let priority = self.name.parse::<u32>();
        let holds = priority.is_ok_and(|priority| priority < 32768 && !RESERVED.contains(&priority));
        check.require(holds || self.name.is_empty(), "name", "wanted a priority from 1 to 32765, without 32500 and 32501");
        let looks_up = matches!(self.action.as_str(), "" | "unicast");
        check.require(self.table.is_some() || !looks_up, "table", "either a table or another action is needed");
        check.require(self.fw_mask == 0 || self.fw_mark != 0, "fwMask", "fwMark is needed as well");
    }
}
