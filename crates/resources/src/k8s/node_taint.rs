//! A taint of the Kubernetes node.

use crate::declare::resource;

resource! {
    /// A taint of the Kubernetes node to be; the id is its key.
    #[derive(Default)]
    pub struct NodeTaintSpec = "NodeTaintSpecs.k8s.talos.dev" in super::NAMESPACE => {
        /// Key.
        1 "key" => key: String,
        /// `NoSchedule`, `PreferNoSchedule` or `NoExecute`.
        2 "effect" => effect: String,
        /// Value.
        3 "value" => value: String,
    }
    columns: ["Effect" => "{.effect}", "Value" => "{.value}"];
    sensitive: true;
}
