//! Asks the kubelet how its static pods are.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use minos_resources::k8s::{Nodename, StaticPodStatus};
use minos_resources::secrets::{KubernetesDynamicCerts, KubernetesRootSecret};
use minos_resources::v1alpha1::Service;
use minos_runtime::{Context, Controller, Input, Key, Output, ReconcileError};
use serde_json::Value;

use crate::api::{ApiAccess, ApiClient};
use crate::files::Files;

/// How often the kubelet is asked while a pod is not ready, and afterwards.
const SOON: Duration = Duration::from_secs(2);
const LATER: Duration = Duration::from_secs(15);
/// The kubelet makes its serving certificate itself; the file holds its authority too.
const SERVING_CERTIFICATE: &str = "/var/lib/kubelet/pki/kubelet.crt";
/// Where the kubelet notes how it got to know a pod.
const SOURCE: &str = "/metadata/annotations/kubernetes.io~1config.source";

/// One for the node; only control planes have credentials that the kubelet accepts.
pub(crate) struct StaticPodStatusPoll {
    files: Arc<dyn Files>,
}

impl StaticPodStatusPoll {
    pub(crate) fn new(files: Arc<dyn Files>) -> Self {
        Self { files }
    }

    async fn pods(&self, cx: &Context) -> Result<Vec<(String, Value)>, ReconcileError> {
        let root = cx.require::<KubernetesRootSecret>(KubernetesRootSecret::ID)?;
        let certificates = cx.require::<KubernetesDynamicCerts>(KubernetesDynamicCerts::ID)?;
        let client = &certificates.api_server_kubelet_client;
        let own = self.files.read(SERVING_CERTIFICATE)?.and_then(|text| String::from_utf8(text).ok());
        let ca = root.accepted_cas.iter().map(|ca| ca.crt.as_str()).chain(own.as_deref()).collect();
        let access = ApiAccess {
            server: "https://127.0.0.1:10250".to_owned(),
            ca,
            identity: Some((client.crt.clone(), client.key.clone())),
            token: None,
            server_name: Some(cx.require::<Nodename>(Nodename::ID)?.nodename.clone()),
        };
        let list = ApiClient::new(&access)?.get("/pods").await?.unwrap_or_default();
        Ok(static_pods(&list))
    }
}

#[async_trait]
impl Controller for StaticPodStatusPoll {
    fn name(&self) -> &str {
        "kubernetes.static-pods.status"
    }

    fn inputs(&self) -> Vec<Input> {
        vec![
            Input::of::<Service>().only("kubelet").to_all(),
            Input::of::<KubernetesRootSecret>().to_all(),
            Input::of::<KubernetesDynamicCerts>().to_all(),
            Input::of::<Nodename>().to_all(),
        ]
    }

    fn outputs(&self) -> Vec<Output> {
        vec![Output::exclusive::<StaticPodStatus>()]
    }

    async fn reconcile(&mut self, cx: &Context, _key: &Key) -> Result<(), ReconcileError> {
        if !cx.get::<Service>("kubelet")?.is_some_and(|service| service.running) {
            return Ok(());
        }
        let pods = match self.pods(cx).await {
            Ok(pods) => pods,
            // The kubelet itself asks the API server who may ask it, so this fails for long at every start.
            Err(ReconcileError::Failed(error)) => {
                cx.wake_after(SOON);
                return Err(ReconcileError::waiting(format!("the kubelet's answer: {error}")));
            }
            Err(waiting) => return Err(waiting),
        };
        let ready = pods.iter().all(|(_, status)| is_ready(status));
        cx.wake_after(if ready && !pods.is_empty() { LATER } else { SOON });
        for (id, status) in pods {
            cx.write(&id, StaticPodStatus { status })?;
        }
        Ok(())
    }
}

/// Ids and status of the pods that come from a file or a URL.
fn static_pods(list: &Value) -> Vec<(String, Value)> {
    let pods = list["items"].as_array().into_iter().flatten();
    let pods = pods.filter(|pod| matches!(pod.pointer(SOURCE).and_then(Value::as_str), Some("file" | "http")));
    let pods = pods.filter_map(|pod| {
        let text = |key: &str| pod["metadata"][key].as_str();
        Some((format!("{}/{}", text("namespace")?, text("name")?), pod["status"].clone()))
    });
    pods.collect()
}

fn is_ready(status: &Value) -> bool {
    let conditions = status["conditions"].as_array();
    conditions.into_iter().flatten().any(|one| one["type"] == "Ready" && one["status"] == "True")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_static_pods_are_listed() {
        let pod = |name: &str, source: &str| {
            json!({
                "metadata": {"namespace": "kube-system", "name": name, "annotations": {"kubernetes.io/config.source": source}},
                "status": {"conditions": [{"type": "Ready", "status": "True"}]},
            })
        };
        let pods = static_pods(&json!({"items": [pod("a", "http"), pod("b", "api")]}));
        assert_eq!(pods.len(), 1);
        assert_eq!(pods[0].0, "kube-system/a");
        assert!(is_ready(&pods[0].1));
    }
}
