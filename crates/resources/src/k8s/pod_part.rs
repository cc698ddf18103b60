//! Parts that the configurations of the control plane pods share.

use std::collections::BTreeMap;

use crate::declare::message;

message! {
    /// A directory of the host in a control plane pod.
    #[derive(Default)]
    pub struct ExtraVolume {
        /// Name of the volume.
        1 "name" => name: String,
        /// Path on the host.
        2 "hostPath" => host_path: String,
        /// Path in the container.
        3 "mountPath" => mount_path: String,
        /// Whether it is mounted read-only.
        4 "readonly" => read_only: bool,
    }
}

message! {
    /// What a container asks for and may use at most, by resource name (`cpu`, `memory`).
    #[derive(Default)]
    pub struct PodResources {
        /// Asked for.
        1 "requests" => requests: BTreeMap<String, String>,
        /// At most.
        2 "limits" => limits: BTreeMap<String, String>,
    }
}

message! {
    /// The values of one command line flag.
    #[derive(Default)]
    pub struct ArgValues {
        /// One flag is given for each.
        1 "values" => values: Vec<String>,
    }
}
