//! Pods that the kubelet runs without being told by an API server.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::declare::resource;
use crate::wire::{Field as _, Message};

/// A pod for the kubelet to run.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StaticPod {
    /// The pod.
    pub pod: Value,
}

resource! {
    for StaticPod = "StaticPods.kubernetes.talos.dev" in super::NAMESPACE =>
}

/// One field: number 1, the pod.
impl Message for StaticPod {
    fn encode_fields(&self, out: &mut Vec<u8>) {
        if !self.is_empty() {
            self.pod.encode(1, out);
        }
    }

    fn is_empty(&self) -> bool {
        self.pod.is_zero()
    }

    #[cfg(test)]
    fn describe_fields(depth: usize, out: &mut String) {
        crate::golden::describe::<Value>(depth, 1, "-", "", out);
    }

    #[cfg(test)]
    fn full() -> Self {
        Self { pod: Value::sample() }
    }
}

/// The status that the kubelet reports for a static pod; the id is `namespace/name`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StaticPodStatus {
    /// The status.
    pub status: Value,
}

resource! {
    for StaticPodStatus = "StaticPodStatuses.kubernetes.talos.dev" in super::NAMESPACE =>
    aliases: ["podstatus"];
    columns: ["Ready" => "{.conditions[?(@.type==\"Ready\")].status}"];
}

/// One field: number 1, the status.
impl Message for StaticPodStatus {
    fn encode_fields(&self, out: &mut Vec<u8>) {
        if !self.is_empty() {
            self.status.encode(1, out);
        }
    }

    fn is_empty(&self) -> bool {
        self.status.is_zero()
    }

    #[cfg(test)]
    fn describe_fields(depth: usize, out: &mut String) {
        crate::golden::describe::<Value>(depth, 1, "-", "", out);
    }

    #[cfg(test)]
    fn full() -> Self {
        Self { status: Value::sample() }
    }
}

resource! {
    /// Where the list of static pods is served.
    #[derive(Default)]
    pub struct StaticPodServerStatus = "StaticPodServerStatuses.kubernetes.talos.dev" in super::NAMESPACE => {
        /// URL on loopback.
        1 "url" => url: String,
    }
}

impl StaticPodServerStatus {
    /// Id of the only one.
    pub const ID: &'static str = "static-pod-server-status";
}
