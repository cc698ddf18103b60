//! A mounted volume.

use crate::declare::resource;

resource! {
    /// A volume that is mounted, by the volume's id.
    #[derive(Eq)]
    pub struct MountStatus = "MountStatuses.runtime.talos.dev" in "runtime" => {
        /// What is mounted.
        1 "source" => source: String,
        /// Where.
        2 "target" => target: String,
        /// Filesystem.
        3 "filesystemType" => filesystem_type: String,
        /// Options.
        4 "options" => options: Vec<String>,
        /// It is encrypted.
        5 "encrypted" => encrypted: bool,
        /// What encrypts it.
        6 "encryptionProviders" => encryption_providers: Vec<String> [omitempty],
    }
    aliases: ["mounts"];
    columns: ["Source" => "{.source}", "Target" => "{.target}", "Filesystem Type" => "{.filesystemType}"];
    // The volume mounts of the domain are what people mean by these names.
    automatic_aliases: false;
}
