//! Pods that the kubelet runs without being told by an API server.

use minos_runtime::{Column, Spec};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A pod for the kubelet to run.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StaticPod {
    /// The pod.
    pub pod: Value,
}

impl Spec for StaticPod {
    const TYPE: &'static str = "StaticPods.kubernetes.talos.dev";
    const NAMESPACE: &'static str = super::NAMESPACE;
}

/// The status that the kubelet reports for a static pod; the id is `namespace/name`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StaticPodStatus {
    /// The status.
    pub status: Value,
}

impl Spec for StaticPodStatus {
    const TYPE: &'static str = "StaticPodStatuses.kubernetes.talos.dev";
    const NAMESPACE: &'static str = super::NAMESPACE;
    const ALIASES: &'static [&'static str] = &["podstatus"];
    const COLUMNS: &'static [Column] = &[Column::new("Ready", "{.conditions[?(@.type==\"Ready\")].status}")];
}

/// Where the list of static pods is served.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct StaticPodServerStatus {
    /// URL on loopback.
    pub url: String,
}

impl StaticPodServerStatus {
    /// Id of the only one.
    pub const ID: &'static str = "static-pod-server-status";
}

impl Spec for StaticPodServerStatus {
    const TYPE: &'static str = "StaticPodServerStatuses.kubernetes.talos.dev";
    const NAMESPACE: &'static str = super::NAMESPACE;
}
