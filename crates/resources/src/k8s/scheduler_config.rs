//! What the scheduler pod is made from.

use std::collections::BTreeMap;

use minos_runtime::Spec;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{ArgValues, ExtraVolume, PodResources};

/// What the scheduler pod is made from.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SchedulerConfig {
    /// Whether it runs.
    pub enabled: bool,
    /// Image reference.
    pub image: String,
    /// Further flags, merged over the component's own.
    pub extra_args: BTreeMap<String, ArgValues>,
    /// Further directories of the host.
    pub extra_volumes: Vec<ExtraVolume>,
    /// Environment variables.
    pub environment_variables: BTreeMap<String, String>,
    /// Requests and limits.
    pub resources: PodResources,
    /// The scheduler's configuration document, as far as the user wrote one.
    pub config: Value,
}

impl SchedulerConfig {
    /// Id of the only one.
    pub const ID: &'static str = "kube-scheduler";
}

impl Spec for SchedulerConfig {
    const TYPE: &'static str = "SchedulerConfigs.kubernetes.talos.dev";
    const NAMESPACE: &'static str = super::CONTROL_PLANE_NAMESPACE;
}
