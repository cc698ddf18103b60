//! Watches this node's Node object.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use minos_resources::k8s::{KubeletKubeconfig, NodeStatus, Nodename};
use minos_runtime::{Context, Controller, Input, Key, Output, ReconcileError, Waker};
use serde_json::Value;

use crate::api::{ApiClient, ApiError};
use crate::files::Files;
use crate::kubelet::KUBECONFIG;

/// The pause after a watch that failed.
const PAUSE: Duration = Duration::from_secs(2);

/// One for the node.
pub(crate) struct NodeStatusWatch {
    files: Arc<dyn Files>,
    seen: Arc<Mutex<Seen>>,
}

/// What the watch has seen.
#[derive(Debug, Clone, Default, PartialEq)]
enum Seen {
    /// Nothing yet.
    #[default]
    Unknown,
    /// There is no such node.
    Absent,
    /// The node.
    Node(Box<NodeStatus>),
}

impl Seen {
    fn is_ready(&self) -> bool {
        matches!(self, Seen::Node(node) if node.node_ready)
    }
}

impl NodeStatusWatch {
    pub(crate) fn new(files: Arc<dyn Files>) -> Self {
        Self { files, seen: Arc::default() }
    }
}

#[async_trait]
impl Controller for NodeStatusWatch {
    fn name(&self) -> &str {
        "kubernetes.node.status"
    }

    fn inputs(&self) -> Vec<Input> {
        vec![Input::of::<Nodename>().to_all(), Input::of::<KubeletKubeconfig>().to_all()]
    }

    fn outputs(&self) -> Vec<Output> {
        vec![Output::exclusive::<NodeStatus>()]
    }

    async fn reconcile(&mut self, cx: &Context, _key: &Key) -> Result<(), ReconcileError> {
        let nodename = cx.require::<Nodename>(Nodename::ID)?;
        if nodename.skip_node_registration {
            cx.stop_task();
            return Ok(());
        }
        let credentials = cx.require::<KubeletKubeconfig>(KubeletKubeconfig::ID)?.hash.clone();
        let (name, files, seen) = (nodename.nodename.clone(), Arc::clone(&self.files), Arc::clone(&self.seen));
        cx.run_task(&(&name.clone(), credentials), |waker| watch_forever(name, files, seen, waker));
        match lock(&self.seen).clone() {
            Seen::Unknown => cx.keep_outputs(),
            Seen::Absent => {}
            Seen::Node(status) => {
                cx.write(&status.nodename.clone(), *status)?;
            }
        }
        Ok(())
    }
}

async fn watch_forever(name: String, files: Arc<dyn Files>, seen: Arc<Mutex<Seen>>, waker: Waker) {
    let show = |now: Seen| {
        let mut seen = lock(&seen);
        if *seen != now {
            if seen.is_ready() != now.is_ready() {
                tracing::info!(node = name, ready = now.is_ready(), "Kubernetes' opinion of the node changed");
            }
            *seen = now;
            drop(seen);
            waker.wake(Key::all());
        }
    };
    loop {
        if let Err(error) = watch_once(&name, files.as_ref(), &show).await {
            tracing::debug!(%error, "the watch of the node ended");
        }
        tokio::time::sleep(PAUSE).await;
    }
}

async fn watch_once(name: &str, files: &dyn Files, show: &impl Fn(Seen)) -> Result<(), ApiError> {
    let missing = || ApiError::Kubeconfig("it cannot be read".to_owned());
    let kubeconfig = files.read(KUBECONFIG).ok().flatten().and_then(|text| String::from_utf8(text).ok());
    let client = ApiClient::from_kubeconfig(&kubeconfig.ok_or_else(missing)?, files)?;
    if client.get(&format!("/api/v1/nodes/{name}")).await?.is_none() {
        show(Seen::Absent);
    }
    let mut watch = client.watch("/api/v1/nodes", &format!("fieldSelector=metadata.name%3D{name}")).await?;
    while let Some(event) = watch.next().await? {
        show(if event.deleted { Seen::Absent } else { Seen::Node(Box::new(status(&event.object))) });
    }
    Ok(())
}

fn status(node: &Value) -> NodeStatus {
    let map = |value: &Value| -> BTreeMap<String, String> { serde_json::from_value(value.clone()).unwrap_or_default() };
    let conditions = node["status"]["conditions"].as_array();
    let ready = conditions.into_iter().flatten().any(|one| one["type"] == "Ready" && one["status"] == "True");
    let cidrs = node["spec"]["podCIDRs"].as_array();
    NodeStatus {
        nodename: node["metadata"]["name"].as_str().unwrap_or_default().to_owned(),
        node_ready: ready,
        unschedulable: node["spec"]["unschedulable"].as_bool().unwrap_or(false),
        labels: map(&node["metadata"]["labels"]),
        annotations: map(&node["metadata"]["annotations"]),
        pod_cidrs: cidrs.into_iter().flatten().filter_map(|cidr| cidr.as_str()?.parse().ok()).collect(),
    }
}

fn lock(seen: &Mutex<Seen>) -> std::sync::MutexGuard<'_, Seen> {
    seen.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use minos_runtime::testing::Harness;
    use serde_json::json;

    use super::*;
    use crate::api::fake::FakeApiServer;
    use crate::files::{Access, HostFiles};

    #[tokio::test]
    async fn the_node_is_seen_as_the_cluster_sees_it() {
        let server = FakeApiServer::start().await;
        let node = json!({
            "metadata": {"name": "n", "labels": {"a": "1"}},
            "spec": {"podCIDRs": ["10.244.0.0/24"]},
            "status": {"conditions": [{"type": "Ready", "status": "True"}]},
        });
        server.objects.lock().unwrap().insert("/api/v1/nodes/n".to_owned(), node);
        let folder = tempfile::tempdir().unwrap();
        let files = Arc::new(HostFiles::below(folder.path()));
        files.write(KUBECONFIG, server.kubeconfig().as_bytes(), Access::secret(0)).unwrap();
        let world = Harness::new().with(Box::new(NodeStatusWatch::new(files)));
        let mut seen = world.store.watch::<NodeStatus>();
        world.put(Nodename::ID, Nodename { nodename: "n".to_owned(), ..Nodename::default() });
        world.put(KubeletKubeconfig::ID, KubeletKubeconfig { hash: "1".to_owned() });
        while world.spec::<NodeStatus>("n").is_none() {
            tokio::time::timeout(Duration::from_secs(10), seen.next()).await.expect("the node is seen");
        }
        let status = world.spec::<NodeStatus>("n").unwrap();
        assert!(status.node_ready);
        assert_eq!(status.pod_cidrs, ["10.244.0.0/24".parse().unwrap()]);
        assert_eq!(status.labels["a"], "1");
    }
}
