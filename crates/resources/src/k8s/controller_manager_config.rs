//! What the controller manager pod is made from.

use std::collections::BTreeMap;

use minos_runtime::Spec;
use serde::{Deserialize, Serialize};

use super::{ArgValues, ExtraVolume, PodResources};

/// What the controller manager pod is made from.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ControllerManagerConfig {
    /// Whether it runs.
    pub enabled: bool,
    /// Image reference.
    pub image: String,
    /// `external`, or empty.
    pub cloud_provider: String,
    /// The pods' subnets.
    #[serde(rename = "podCIDRs")]
    pub pod_cidrs: Vec<String>,
    /// The services' subnets.
    #[serde(rename = "serviceCIDRs")]
    pub service_cidrs: Vec<String>,
    /// Further flags, merged over the component's own.
    pub extra_args: BTreeMap<String, ArgValues>,
    /// Further directories of the host.
    pub extra_volumes: Vec<ExtraVolume>,
    /// Environment variables.
    pub environment_variables: BTreeMap<String, String>,
    /// Requests and limits.
    pub resources: PodResources,
}

impl ControllerManagerConfig {
    /// Id of the only one.
    pub const ID: &'static str = "kube-controller-manager";
}

impl Spec for ControllerManagerConfig {
    const TYPE: &'static str = "ControllerManagerConfigs.kubernetes.talos.dev";
    const NAMESPACE: &'static str = super::CONTROL_PLANE_NAMESPACE;
}
