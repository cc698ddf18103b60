//! What the controller manager pod is made from.

use std::collections::BTreeMap;

use super::{ArgValues, ExtraVolume, PodResources};
use crate::declare::resource;

resource! {
    /// What the controller manager pod is made from.
    #[derive(Default)]
    pub struct ControllerManagerConfig = "ControllerManagerConfigs.kubernetes.talos.dev" in super::CONTROL_PLANE_NAMESPACE => {
        /// Whether it runs.
        1 "enabled" => enabled: bool,
        /// Image reference.
        2 "image" => image: String,
        /// `external`, or empty.
        3 "cloudProvider" => cloud_provider: String,
        /// The pods' subnets.
        4 "podCIDRs" => pod_cidrs: Vec<String>,
        /// The services' subnets.
        5 "serviceCIDRs" => service_cidrs: Vec<String>,
        /// Further flags, merged over the component's own.
        10 "extraArgs" => extra_args: BTreeMap<String, ArgValues>,
        /// Further directories of the host.
        7 "extraVolumes" => extra_volumes: Vec<ExtraVolume>,
        /// Environment variables.
        8 "environmentVariables" => environment_variables: BTreeMap<String, String>,
        /// Requests and limits.
        9 "resources" => resources: PodResources,
    }
}

impl ControllerManagerConfig {
    /// Id of the only one.
    pub const ID: &'static str = "kube-controller-manager";
}
