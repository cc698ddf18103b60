use std::net::SocketAddr;

use crate::{
    documents::{Kind, Whole},
    schema::{Effect, section},
    validate::Check,
};

section! {
    /// Further places at which the other nodes of the mesh reach this one, as behind address translation.
    pub struct KubeSpanEndpointsConfig {
        /// The places.
        "extraAnnouncedEndpoints" => extra_announced_endpoints: Vec<SocketAddr> [example("[203.0.113.7:51820]")],
    }
}

impl Kind for KubeSpanEndpointsConfig {
    const EFFECT: Effect = Effect::Idle;
    const SINCE: &'static str = "v1.9";

    fn check(&self, _: &Whole<'_>, _: &mut Check) {}
}
