use crate::{
    documents::{Kind, Whole, link_common::LinkCommon},
    schema::{Effect, HardwareAddress, RoutingTable, section},
    validate::Check,
};

section! {
    /// Links with a routing table of their own.
    pub struct VRFConfig {
        /// The name of the link that is made.
        "name" => name: String [required] [example("vrf-blue")],
        /// Its hardware address, in place of the one that it has or is given.
        "hardwareAddr" => hardware_addr: Option<HardwareAddress> [example("02:00:5e:10:00:01")] [since("v1.12")],
        /// The links; they can be aliases.
        "links" => links: Vec<String> [example("[enp0s3]")],
        /// The routing table; not one that the kernel has by itself.
        "table" => table: Option<RoutingTable> [required] [example("123")],
    } with common: LinkCommon
}

impl Kind for VRFConfig {
    const EFFECT: Effect = Effect::Idle;
    const SINCE: &'static str = "v1.13";

    fn check(&self, whole: &Whole<'_>, check: &mut Check) {
        let own = self.table.is_none_or(|table| !table.is_reserved());
        check.require(own, "table", "this table is the kernel's own: wanted a number from 1 to 252");
        self.common.check("VRFConfig", &self.name, whole, check);
    }
}
