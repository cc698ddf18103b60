//! Parts that the configurations of the control plane pods share.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A directory of the host in a control plane pod.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExtraVolume {
    /// Name of the volume.
    pub name: String,
    /// Path on the host.
    pub host_path: String,
    /// Path in the container.
    pub mount_path: String,
    /// Whether it is mounted read-only.
    #[serde(rename = "readonly")]
    pub read_only: bool,
}

/// What a container asks for and may use at most, by resource name (`cpu`, `memory`).
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct PodResources {
    /// Asked for.
    pub requests: BTreeMap<String, String>,
    /// At most.
    #[serde(default)]
    pub limits: BTreeMap<String, String>,
}

/// The values of one command line flag.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ArgValues {
    /// One flag is given for each.
    pub values: Vec<String>,
}
