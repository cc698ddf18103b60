//! How far the network is.

use minos_runtime::{Column, Spec};
use serde::{Deserialize, Serialize};

/// What of the network is ready.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NetworkStatus {
    /// There is an address.
    pub address_ready: bool,
    /// There is a default route.
    pub connectivity_ready: bool,
    /// The node has its name.
    pub hostname_ready: bool,
    /// `/etc/hosts` and `/etc/resolv.conf` are written.
    pub etc_files_ready: bool,
}

impl NetworkStatus {
    /// Id of the only one.
    pub const ID: &'static str = "status";

    /// Whether all of it is.
    pub fn ready(&self) -> bool {
        self.address_ready && self.connectivity_ready && self.hostname_ready && self.etc_files_ready
    }
}

impl Spec for NetworkStatus {
    const TYPE: &'static str = "NetworkStatuses.net.talos.dev";
    const NAMESPACE: &'static str = super::NAMESPACE;
    const ALIASES: &'static [&'static str] = &["netstatus", "netstatuses"];
    const COLUMNS: &'static [Column] = &[
        Column::new("Address", "{.addressReady}"),
        Column::new("Connectivity", "{.connectivityReady}"),
        Column::new("Hostname", "{.hostnameReady}"),
        Column::new("Etc", "{.etcFilesReady}"),
    ];
}
