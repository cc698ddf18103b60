use std::net::IpAddr;

use minos_pki::Secret;

use crate::{
    documents::{Kind, Whole},
    schema::{Effect, section},
    validate::Check,
};

section! {
    /// A floating address of Hetzner Cloud that the control planes share: the one that has it says so to the cloud.
    pub struct HCloudVIPConfig {
        /// The address.
        "name" => name: String [required] [example("10.5.0.100")],
        /// The link that gets it; it can be an alias.
        "link" => link: String [required] [example("enp0s3")],
        /// What the cloud's API wants to see.
        "apiToken" => api_token: Secret [required],
    }
}

impl Kind for HCloudVIPConfig {
    const EFFECT: Effect = Effect::Idle;
    const SINCE: &'static str = "v1.12";

    fn check(&self, whole: &Whole<'_>, check: &mut Check) {
        let holds = self.name.is_empty() || self.name.parse::<IpAddr>().is_ok();
        check.require(holds, "name", "wanted an IP address");
        whole.exclude_namesakes("HCloudVIPConfig", &self.name, &["Layer2VIPConfig"], check);
    }
}
