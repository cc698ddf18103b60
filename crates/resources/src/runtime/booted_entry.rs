//! What the boot loader started.

use crate::declare::resource;

resource! {
    /// The boot loader's entry that this system was started from.
    #[derive(Eq)]
    pub struct BootedEntry = "BootedEntries.talos.dev" in super::NAMESPACE => {
        /// The entry's identifier, as the loader reports it.
        1 "bootedEntry" => booted_entry: String [omitempty],
    }
    columns: ["Booted Entry" => "{.bootedEntry}"];
}

impl BootedEntry {
    /// Id of the only one.
    pub const ID: &'static str = "bootedentry";
}
