//! Brings labels, annotations, taints and the cordon onto the Node object.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use minos_resources::config::MachineType;
use minos_resources::k8s::{
    KubeletKubeconfig, NodeAnnotationSpec, NodeCordonedSpec, NodeLabelSpec, NodeStatus, NodeTaintSpec, Nodename,
};
use minos_resources::secrets::KubernetesSecret;
use minos_runtime::{Context, Controller, Input, Key, Output, ReconcileError};

use super::plan::{NodeWishes, plan};
use crate::api::ApiClient;
use crate::files::Files;
use crate::kubelet::KUBECONFIG;

/// How soon a write that somebody came before is tried again.
const AGAIN: Duration = Duration::from_millis(100);

/// One for the node.
pub(crate) struct NodeApply {
    files: Arc<dyn Files>,
}

impl NodeApply {
    pub(crate) fn new(files: Arc<dyn Files>) -> Self {
        Self { files }
    }

    /// The control plane has an administrator's credentials; a worker has only the kubelet's.
    fn kubeconfig(&self, cx: &Context) -> Result<String, ReconcileError> {
        if cx.require::<MachineType>(MachineType::ID)?.is_control_plane() {
            let secret = cx.require::<KubernetesSecret>(KubernetesSecret::ID)?;
            return Ok(secret.localhost_admin_kubeconfig.expose().to_owned());
        }
        cx.require::<KubeletKubeconfig>(KubeletKubeconfig::ID)?;
        let text = self.files.read(KUBECONFIG)?.and_then(|text| String::from_utf8(text).ok());
        text.ok_or_else(|| ReconcileError::waiting("the kubelet's kubeconfig"))
    }
}

#[async_trait]
impl Controller for NodeApply {
    fn name(&self) -> &str {
        "kubernetes.node.apply"
    }

    fn inputs(&self) -> Vec<Input> {
        vec![
            Input::of::<Nodename>().to_all(),
            Input::of::<NodeStatus>().to_all(),
            Input::of::<NodeLabelSpec>().to_all(),
            Input::of::<NodeAnnotationSpec>().to_all(),
            Input::of::<NodeTaintSpec>().to_all(),
            Input::of::<NodeCordonedSpec>().to_all(),
            Input::of::<MachineType>().to_all(),
            Input::of::<KubernetesSecret>().to_all(),
            Input::of::<KubeletKubeconfig>().to_all(),
        ]
    }

    fn outputs(&self) -> Vec<Output> {
        Vec::new()
    }

    async fn reconcile(&mut self, cx: &Context, _key: &Key) -> Result<(), ReconcileError> {
        let nodename = cx.require::<Nodename>(Nodename::ID)?;
        if nodename.skip_node_registration {
            return Ok(());
        }
        cx.require::<NodeStatus>(&nodename.nodename)?;
        let labels = cx.list::<NodeLabelSpec>()?;
        if labels.is_empty() && cx.require::<MachineType>(MachineType::ID)?.is_control_plane() {
            return Err(ReconcileError::waiting("the node's labels"));
        }
        let wishes = NodeWishes {
            labels: labels.iter().map(|one| (one.key.clone(), one.value.clone())).collect(),
            annotations: cx
                .list::<NodeAnnotationSpec>()?
                .iter()
                .map(|one| (one.key.clone(), one.value.clone()))
                .collect(),
            taints: cx.list::<NodeTaintSpec>()?.iter().map(|one| one.spec().clone()).collect(),
            cordoned: !cx.list::<NodeCordonedSpec>()?.is_empty(),
        };
        let client = ApiClient::from_kubeconfig(&self.kubeconfig(cx)?, self.files.as_ref())?;
        let path = format!("/api/v1/nodes/{}", nodename.nodename);
        let node = client.get(&path).await?.ok_or_else(|| ReconcileError::waiting("the Node object"))?;
        let Some(wanted) = plan(&node, &wishes) else { return Ok(()) };
        match client.replace(&path, &wanted).await {
            Ok(_) => tracing::info!("labels, annotations, taints and cordon of the node brought in line"),
            Err(error) if error.is_conflict() => cx.wake_after(AGAIN),
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use minos_resources::config::MachineRole;
    use minos_runtime::testing::Harness;
    use serde_json::json;

    use super::*;
    use crate::api::fake::FakeApiServer;
    use crate::files::HostFiles;

    #[tokio::test]
    async fn labels_reach_the_node_and_nothing_is_written_twice() {
        let server = FakeApiServer::start().await;
        let path = "/api/v1/nodes/n".to_owned();
        let node = json!({"metadata": {"name": "n", "labels": {}, "annotations": {}}, "spec": {}});
        server.objects.lock().unwrap().insert(path.clone(), node);
        let world = Harness::new().with(Box::new(NodeApply::new(Arc::new(HostFiles::default()))));
        let localhost_admin_kubeconfig = server.kubeconfig().into();
        world.put(KubernetesSecret::ID, KubernetesSecret { localhost_admin_kubeconfig, ..KubernetesSecret::default() });
        world.put(MachineType::ID, MachineType(MachineRole::ControlPlane));
        world.put("a", NodeLabelSpec { key: "a".to_owned(), value: "1".to_owned() });
        let nodename = Nodename { nodename: "n".to_owned(), ..Nodename::default() };
        world.put(Nodename::ID, nodename);
        world.put("n", NodeStatus::default());
        world.settle().await;
        assert_eq!(server.objects.lock().unwrap()[&path]["metadata"]["labels"]["a"], "1");
        world.put("n", NodeStatus { node_ready: true, ..NodeStatus::default() });
        world.settle().await;
        assert_eq!(*server.writes.lock().unwrap(), [format!("PUT {path}")]);
    }
}
