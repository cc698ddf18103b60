//! The time during which the kubelet is wanted.

use crate::declare::resource;

resource! {
    /// There from the first start of the kubelet to the end of its pods.
    #[derive(Default)]
    pub struct KubeletLifecycle = "KubeletLifecycles.kubernetes.talos.dev" in super::NAMESPACE => {}
}

impl KubeletLifecycle {
    /// Id of the only one.
    pub const ID: &'static str = "kubelet";
}
