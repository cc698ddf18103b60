//! What a selector of the configuration matches.

use crate::declare::resource;

resource! {
    /// A field of the configuration that chooses among the node's addresses, links or disks, without an expression. The id
    /// is the field, as `machine.network.interfaces[0].interface`, with its document before it when that has a kind.
    #[derive(Default, Eq)]
    pub struct SelectorStatus = "SelectorStatuses.runtime.minos.dev" in super::NAMESPACE => {
        /// What it asks for, as the configuration says it.
        1 "selects" => selects: String,
        /// What of the node it matches, by name.
        2 "matches" => matches: Vec<String>,
        /// What is wrong while it matches nothing; empty when nothing acts on the field yet.
        3 "message" => message: String [omitempty],
    }
    aliases: ["selector", "selectors"];
    columns: ["Selects" => "{.selects}", "Matches" => "{.matches}"];
}
