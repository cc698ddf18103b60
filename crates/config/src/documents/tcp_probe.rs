use std::time::Duration;

use crate::{
    documents::{Kind, Whole},
    schema::{Effect, section},
    validate::{Check, address},
};

section! {
    /// The machine tries again and again whether something answers, and tells in `minosctl get probestatuses`.
    pub struct TCPProbeConfig {
        /// A name for the probe.
        "name" => name: String [required] [example("proxy")],
        /// How often it tries.
        "interval" => interval: Option<Duration> [default("1s")] [example("10s")],
        /// How many failures in a row are taken before it counts as failed.
        "failureThreshold" => failure_threshold: u32 [default("0")] [example("3")],
        /// Host and port that are connected to.
        "endpoint" => endpoint: String [required] [example("proxy.example.org:3128")],
        /// How long it may take to connect.
        "timeout" => timeout: Option<Duration> [default("10s")] [example("3s")],
    }
}

impl Kind for TCPProbeConfig {
    const EFFECT: Effect = Effect::Idle;
    const SINCE: &'static str = "v1.13";

    fn check(&self, _: &Whole<'_>, check: &mut Check) {
        let holds = self.endpoint.is_empty() || address::has_port(&self.endpoint);
        check.require(holds, "endpoint", "wanted a host and a port, as proxy.example.org:3128");
    }
}
