//! How far the network is.

use crate::declare::resource;

resource! {
    /// What of the network is ready.
    #[derive(Eq, Default)]
    pub struct NetworkStatus = "NetworkStatuses.net.talos.dev" in super::NAMESPACE => {
        /// There is an address.
        1 "addressReady" => address_ready: bool,
        /// There is a default route.
        2 "connectivityReady" => connectivity_ready: bool,
        /// The node has its name.
        3 "hostnameReady" => hostname_ready: bool,
        /// `/etc/hosts` and `/etc/resolv.conf` are written.
        4 "etcFilesReady" => etc_files_ready: bool,
    }
    aliases: ["netstatus", "netstatuses"];
    columns: [
        "Address" => "{.addressReady}",
        "Connectivity" => "{.connectivityReady}",
        "Hostname" => "{.hostnameReady}",
        "Etc" => "{.etcFilesReady}",
    ];
}

impl NetworkStatus {
    /// Id of the only one.
    pub const ID: &'static str = "status";

    /// Whether all of it is.
    pub fn ready(&self) -> bool {
        self.address_ready && self.connectivity_ready && self.hostname_ready && self.etc_files_ready
    }
}
