use crate::{
    documents::{Kind, Whole, link_common::LinkCommon},
    schema::{Effect, HardwareAddress, section},
    validate::Check,
};

section! {
    /// A link without a wire, for addresses that are to be there always.
    pub struct DummyLinkConfig {
        /// The name of the link that is made.
        "name" => name: String [required] [example("dummy0")],
        /// Its hardware address, in place of the one that it has or is given.
        "hardwareAddr" => hardware_addr: Option<HardwareAddress> [example("02:00:5e:10:00:01")] [since("v1.12")],
    } with common: LinkCommon
}

impl Kind for DummyLinkConfig {
    const EFFECT: Effect = Effect::Idle;
    const SINCE: &'static str = "v1.12";

    fn check(&self, whole: &Whole<'_>, check: &mut Check) {
        self.common.check("DummyLinkConfig", &self.name, whole, check);
    }
}
