//! Time servers.

use super::ConfigLayer;
use crate::declare::resource;

resource! {
    /// The time servers that the node should ask.
    #[derive(Eq, Default)]
    pub struct TimeServerSpec = "TimeServerSpecs.net.talos.dev" in super::NAMESPACE => {
        /// Names or addresses.
        1 "timeServers" => time_servers: Vec<String>,
        /// Who wishes them.
        2 "layer" => layer: ConfigLayer,
    }
}

resource! {
    /// The time servers that the node asks.
    #[derive(Eq, Default)]
    pub struct TimeServerStatus = "TimeServerStatuses.net.talos.dev" in super::NAMESPACE => {
        /// Names or addresses.
        1 "timeServers" => time_servers: Vec<String>,
    }
    aliases: ["timeserver", "timeservers"];
    columns: ["Timeservers" => "{.timeServers}"];
}

impl TimeServerSpec {
    /// Id of the only one, behind the layer in `network-config`.
    pub const ID: &'static str = "timeservers";
}

impl TimeServerStatus {
    /// Id of the only one.
    pub const ID: &'static str = "timeservers";
}
