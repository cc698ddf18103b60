//! The node's name in Kubernetes.

use crate::declare::resource;

resource! {
    /// The node's name in Kubernetes.
    #[derive(Default)]
    pub struct Nodename = "Nodenames.kubernetes.talos.dev" in super::NAMESPACE => {
        /// The name.
        1 "nodename" => nodename: String,
        /// Version of the host name that it was made from.
        2 "hostnameVersion" => hostname_version: String,
        /// Whether the node does not register.
        3 "skipNodeRegistration" => skip_node_registration: bool,
    }
    columns: ["Nodename" => "{.nodename}"];
}

impl Nodename {
    /// Id of the only one.
    pub const ID: &'static str = "nodename";
}
