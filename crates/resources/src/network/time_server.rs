//! Time servers.

use minos_runtime::{Column, Spec};
use serde::{Deserialize, Serialize};

use super::ConfigLayer;

/// The time servers that the node should ask.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TimeServerSpec {
    /// Names or addresses.
    pub time_servers: Vec<String>,
    /// Who wishes them.
    pub layer: ConfigLayer,
}

/// The time servers that the node asks.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TimeServerStatus {
    /// Names or addresses.
    pub time_servers: Vec<String>,
}

impl TimeServerSpec {
    /// Id of the only one, behind the layer in `network-config`.
    pub const ID: &'static str = "timeservers";
}

impl TimeServerStatus {
    /// Id of the only one.
    pub const ID: &'static str = "timeservers";
}

impl Spec for TimeServerSpec {
    const TYPE: &'static str = "TimeServerSpecs.net.talos.dev";
    const NAMESPACE: &'static str = super::NAMESPACE;
}

impl Spec for TimeServerStatus {
    const TYPE: &'static str = "TimeServerStatuses.net.talos.dev";
    const NAMESPACE: &'static str = super::NAMESPACE;
    const ALIASES: &'static [&'static str] = &["timeserver", "timeservers"];
    const COLUMNS: &'static [Column] = &[Column::new("Timeservers", "{.timeServers}")];
}
