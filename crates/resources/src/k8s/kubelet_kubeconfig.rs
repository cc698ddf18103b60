//! The credentials that the kubelet got for itself.

use crate::declare::resource;

resource! {
    /// The kubelet's kubeconfig, once it exists.
    #[derive(Default)]
    pub struct KubeletKubeconfig = "KubeletKubeconfigs.kubernetes.talos.dev" in super::NAMESPACE => {
        /// SHA-256 of the file, in hexadecimal.
        1 "hash" => hash: String,
    }
    columns: ["Hash" => "{.hash}"];
}

impl KubeletKubeconfig {
    /// Id of the only one.
    pub const ID: &'static str = "kubelet";
}
