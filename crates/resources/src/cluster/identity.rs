//! What this node is, for good.

use crate::declare::resource;

resource! {
    /// The node's own id; created once and kept on STATE.
    #[derive(Eq)]
    pub struct Identity = "Identities.cluster.talos.dev" in super::NAMESPACE => {
        /// 32 random bytes in base 62.
        1 "nodeId" => node_id: String,
    }
    columns: ["ID" => "{.nodeId}"];
}

impl Identity {
    /// Id of the only one.
    pub const ID: &'static str = "local";
}
