//! The kubelet to run.

use serde_json::Value;

use super::ExtraMount;
use crate::declare::resource;

resource! {
    /// The kubelet to run.
    #[derive(Default)]
    pub struct KubeletSpec = "KubeletSpecs.kubernetes.talos.dev" in super::NAMESPACE => {
        /// Image reference.
        1 "image" => image: String,
        /// Its command line, without the program.
        2 "args" => args: Vec<String> [omitempty],
        /// Further mounts.
        3 "extraMounts" => extra_mounts: Vec<ExtraMount> [omitempty],
        /// The node's name, when it is not the user who chose it.
        4 "expectedNodename" => expected_nodename: String [omitempty],
        /// Its configuration document.
        #[serde(with = "crate::wire::mapping")]
        5 "config" => config: Value,
        /// Configuration of image credential providers.
        6 "credentialProviderConfig" => credential_provider_config: Option<Value> [omitempty],
    }
    sensitive: true;
}

impl KubeletSpec {
    /// Id of the only one.
    pub const ID: &'static str = "kubelet";
}
