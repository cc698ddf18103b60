//! etcd's certificate files.

use crate::declare::resource;

resource! {
    /// Whether etcd's certificate files are there.
    #[derive(Default)]
    pub struct PkiStatus = "PKIStatuses.etcd.talos.dev" in super::NAMESPACE => {
        /// They are.
        1 "ready" => ready: bool,
        /// Changes whenever they change.
        2 "version" => version: String,
    }
    columns: ["Ready" => "{.ready}", "Secrets Version" => "{.version}"];
}

impl PkiStatus {
    /// Id of the only one.
    pub const ID: &'static str = "etcd";
}
