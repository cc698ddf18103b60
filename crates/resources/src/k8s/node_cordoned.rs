//! A node that takes no new pods.

use crate::declare::resource;

resource! {
    /// There while the node is to take no new pods.
    #[derive(Default)]
    pub struct NodeCordonedSpec = "NodeCordonedSpecs.k8s.talos.dev" in super::NAMESPACE => {}
    sensitive: true;
}

impl NodeCordonedSpec {
    /// Id of the only one.
    pub const ID: &'static str = "cordoned";
}
