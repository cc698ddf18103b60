//! An annotation of the Kubernetes node.

use crate::declare::resource;

resource! {
    /// An annotation of the Kubernetes node to be; the id is its key.
    #[derive(Default)]
    pub struct NodeAnnotationSpec = "NodeAnnotationSpecs.k8s.talos.dev" in super::NAMESPACE => {
        /// Key.
        1 "key" => key: String,
        /// Value.
        2 "value" => value: String,
    }
    columns: ["Value" => "{.value}"];
    sensitive: true;
}
