//! The version of the system.

use crate::declare::resource;

resource! {
    /// Name and version of the running system.
    #[derive(Eq)]
    pub struct Version = "Versions.runtime.talos.dev" in super::NAMESPACE => {
        /// Name.
        2 "name" => name: String,
        /// Version of the contract, with our own as build metadata.
        1 "version" => version: String,
    }
    columns: ["Name" => "{.name}", "Version" => "{.version}"];
}

impl Version {
    /// Id of the only one.
    pub const ID: &'static str = "version";
}
