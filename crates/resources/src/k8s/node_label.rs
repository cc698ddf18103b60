//! A label of the Kubernetes node.

use crate::declare::resource;

resource! {
    /// A label of the Kubernetes node to be; the id is its key.
    #[derive(Default)]
    pub struct NodeLabelSpec = "NodeLabelSpecs.k8s.talos.dev" in super::NAMESPACE => {
        /// Key.
        1 "key" => key: String,
        /// Value.
        2 "value" => value: String,
    }
    columns: ["Value" => "{.value}"];
    sensitive: true;
}
