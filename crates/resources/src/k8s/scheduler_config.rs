//! What the scheduler pod is made from.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{ArgValues, ExtraVolume, PodResources};
use crate::declare::resource;

resource! {
    /// What the scheduler pod is made from.
    #[derive(Default)]
    pub struct SchedulerConfig = "SchedulerConfigs.kubernetes.talos.dev" in super::CONTROL_PLANE_NAMESPACE => {
        /// Whether it runs.
        1 "enabled" => enabled: bool,
        /// Image reference.
        2 "image" => image: String,
        /// Further flags, merged over the component's own.
        8 "extraArgs" => extra_args: BTreeMap<String, ArgValues>,
        /// Further directories of the host.
        4 "extraVolumes" => extra_volumes: Vec<ExtraVolume>,
        /// Environment variables.
        5 "environmentVariables" => environment_variables: BTreeMap<String, String>,
        /// Requests and limits.
        6 "resources" => resources: PodResources,
        /// The scheduler's configuration document, as far as the user wrote one.
        #[serde(with = "crate::wire::mapping")]
        7 "config" => config: Value,
    }
}

impl SchedulerConfig {
    /// Id of the only one.
    pub const ID: &'static str = "kube-scheduler";
}
