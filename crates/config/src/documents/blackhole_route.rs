use ipnet::IpNet;

use crate::{
    documents::{Kind, Whole},
    schema::{Effect, section},
    validate::Check,
};

section! {
    /// Packets to this network are dropped.
    pub struct BlackholeRouteConfig {
        /// The network.
        "name" => name: String [required] [example("10.0.0.0/12")],
        /// Priority of the route; smaller wins.
        "metric" => metric: u32 [default("1024")] [example("2048")],
    }
}

impl Kind for BlackholeRouteConfig {
    const EFFECT: Effect = Effect::Idle;
    const SINCE: &'static str = "v1.13";

    fn check(&self, _: &Whole<'_>, check: &mut Check) {
        let holds = self.name.is_empty() || self.name.parse::<IpNet>().is_ok();
        check.require(holds, "name", "wanted a network, as 10.0.0.0/12");
    }
}
