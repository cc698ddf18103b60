//! Probes of the network.

use super::ConfigLayer;
use crate::declare::{message, resource};
use crate::wire::Interval;

resource! {
    /// Something to probe.
    #[derive(Eq)]
    pub struct ProbeSpec = "ProbeSpecs.net.talos.dev" in super::NAMESPACE => {
        /// Time between two probes.
        1 "interval" => interval: Interval,
        /// Failures in a row that count as one.
        2 "failureThreshold" => failure_threshold: u32,
        /// Connect over TCP.
        3 "tcp" => tcp: Option<TcpProbe> [omitempty],
        /// Who asks for it.
        4 "layer" => layer: ConfigLayer,
    }
}

message! {
    /// A connection over TCP that has to succeed.
    #[derive(Eq)]
    pub struct TcpProbe {
        /// Host and port.
        1 "endpoint" => endpoint: String,
        /// Time that it may take.
        2 "timeout" => timeout: Interval,
    }
}

resource! {
    /// How a probe ended.
    #[derive(Eq)]
    pub struct ProbeStatus = "ProbeStatuses.net.talos.dev" in super::NAMESPACE => {
        /// Whether it succeeded.
        1 "success" => success: bool,
        /// Why it failed last.
        2 "lastError" => last_error: String,
    }
    aliases: ["probe", "probes"];
    columns: ["Success" => "{.success}"];
}
