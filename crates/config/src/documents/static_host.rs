use crate::{
    documents::{Kind, Whole},
    schema::{Effect, section},
    validate::Check,
};

use std::net::IpAddr;

section! {
    /// A line of the hosts file. There is one document for each address.
    pub struct StaticHostConfig {
        /// The address.
        "name" => name: String [required] [example("10.5.0.2")],
        /// Its names.
        "hostnames" => hostnames: Vec<String> [required] [example("[server1, server1.example.org]")],
    }
}

impl Kind for StaticHostConfig {
    const EFFECT: Effect = Effect::Live;
    const SINCE: &'static str = "v1.12";

    fn check(&self, _: &Whole<'_>, check: &mut Check) {
        let name = &self.name;
        check.require(name.is_empty() || name.parse::<IpAddr>().is_ok(), "name", "wanted an IP address");
    }
}
