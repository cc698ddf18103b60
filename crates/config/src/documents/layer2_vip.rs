use std::net::IpAddr;

use crate::{
    documents::{Kind, Whole},
    schema::{Effect, section},
    validate::Check,
};

section! {
    /// An address that the control planes share: one of them has it, and tells its neighbours.
    pub struct Layer2VIPConfig {
        /// The address.
        "name" => name: String [required] [example("10.5.0.100")],
        /// The link that gets it; it can be an alias.
        "link" => link: String [required] [example("enp0s3")],
    }
}

impl Kind for Layer2VIPConfig {
    const EFFECT: Effect = Effect::Idle;
    const SINCE: &'static str = "v1.12";

    fn check(&self, whole: &Whole<'_>, check: &mut Check) {
        let holds = self.name.is_empty() || self.name.parse::<IpAddr>().is_ok();
        check.require(holds, "name", "wanted an IP address");
        whole.exclude_namesakes("Layer2VIPConfig", &self.name, &["HCloudVIPConfig"], check);
    }
}
