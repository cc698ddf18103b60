use crate::{
    documents::{Kind, Whole, link_common::LinkCommon},
    schema::{Effect, section},
    validate::Check,
};

section! {
    /// A virtual network on a link, told apart by a tag in each packet.
    pub struct VLANConfig {
        /// The name of the link that is made.
        "name" => name: String [required] [example("enp0s3.34")],
        /// The tag, 1 to 4094.
        "vlanID" => vlan_id: u16 [required] [example("34")],
        /// The form of the tag.
        "vlanMode" => vlan_mode: String [values(&["802.1q", "802.1ad"])] [default("802.1q")],
        /// The link that carries it; it can be an alias.
        "parent" => parent: String [required] [example("enp0s3")],
    } with common: LinkCommon
}

impl Kind for VLANConfig {
    const EFFECT: Effect = Effect::Idle;
    const SINCE: &'static str = "v1.12";

    fn check(&self, whole: &Whole<'_>, check: &mut Check) {
        check.require((1..=4094).contains(&self.vlan_id), "vlanID", "wanted 1 to 4094");
        self.common.check("VLANConfig", &self.name, whole, check);
    }
}
