//! What else there is about links: aliases, first hardware address, requests to look again.

use crate::declare::resource;
use crate::wire::HardwareAddress;

resource! {
    /// Another name of a link; the id is the link's name.
    #[derive(Default, Eq)]
    pub struct LinkAliasSpec = "LinkAliasSpecs.net.talos.dev" in super::NAMESPACE => {
        /// The name.
        1 "alias" => alias: String,
    }
    columns: ["Alias" => "{.alias}"];
}

resource! {
    /// A request to read the links again.
    #[derive(Default, Eq)]
    pub struct LinkRefresh = "LinkRefreshes.net.talos.dev" in super::NAMESPACE => {
        /// Rises with every request.
        1 "generation" => generation: u64,
    }
}

resource! {
    /// The hardware address by which the node is known.
    #[derive(Default, Eq)]
    pub struct HardwareAddr = "HardwareAddresses.net.talos.dev" in super::NAMESPACE => {
        /// Name of the link.
        1 "name" => name: String,
        /// The address.
        2 "hardwareAddr" as HardwareAddress => hardware_addr: String,
    }
}
