//! Serves the list of static pods and says where.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use minos_resources::config::MachineType;
use minos_resources::k8s::{StaticPod, StaticPodServerStatus};
use minos_runtime::{Context, Controller, Input, Key, Output, ReconcileError};
use tokio::sync::watch;

use super::list::{Pods, merge, render};
use super::server::{Served, listen, serve};
use crate::control_plane::API_SERVER_ID;
use crate::files::{Access, Files};

/// What was served last; it outlives this process, not the boot.
const SERVED_FILE: &str = "/run/minos/static-pods.json";
/// The port, which stands in the kubelet's configuration and so must outlive this process too.
const PORT_FILE: &str = "/run/minos/static-pods.port";

/// One for the node.
pub(crate) struct StaticPodPublish {
    files: Arc<dyn Files>,
    server: Option<Server>,
}

struct Server {
    url: String,
    served: Pods,
    publish: watch::Sender<Served>,
}

impl StaticPodPublish {
    pub(crate) fn new(files: Arc<dyn Files>) -> Self {
        Self { files, server: None }
    }

    async fn start(&self, cx: &Context) -> Result<Server, ReconcileError> {
        let text = |path| Ok::<_, std::io::Error>(self.files.read(path)?.and_then(|text| String::from_utf8(text).ok()));
        let port = text(PORT_FILE)?.and_then(|port| port.trim().parse().ok());
        let served: Pods = text(SERVED_FILE)?.and_then(|pods| serde_json::from_str(&pods).ok()).unwrap_or_default();
        let listener = listen(port).await?;
        let port = listener.local_addr()?.port();
        self.files.write(PORT_FILE, port.to_string().as_bytes(), Access::secret(0))?;
        let (publish, list) = watch::channel(Served::default());
        cx.run_task(&port, |_| serve(listener, list));
        Ok(Server { url: format!("http://127.0.0.1:{port}"), served, publish })
    }
}

#[async_trait]
impl Controller for StaticPodPublish {
    fn name(&self) -> &str {
        "kubernetes.static-pods.publish"
    }

    fn inputs(&self) -> Vec<Input> {
        vec![Input::of::<StaticPod>().to_all(), Input::of::<MachineType>().to_all()]
    }

    fn outputs(&self) -> Vec<Output> {
        vec![Output::exclusive::<StaticPodServerStatus>()]
    }

    async fn reconcile(&mut self, cx: &Context, _key: &Key) -> Result<(), ReconcileError> {
        if self.server.is_none() {
            self.server = Some(self.start(cx).await?);
        }
        let machine_type = cx.get::<MachineType>(MachineType::ID)?;
        let wanted: Pods = cx.list::<StaticPod>()?.iter().map(|pod| (pod.id().to_owned(), pod.pod.clone())).collect();
        // The control plane's pods are written together.
        let settled = machine_type.is_some_and(|kind| !kind.is_control_plane() || wanted.contains_key(API_SERVER_ID));
        let Some(server) = &mut self.server else { return Ok(()) };
        let pods = merge(&server.served, &wanted, settled);
        if pods != server.served || server.publish.borrow().generation == 0 {
            let changed =
                pods.iter().filter(|(id, pod)| server.served.get(*id) != Some(*pod)).map(|(id, _)| id.as_str());
            tracing::info!(changed = ?changed.collect::<Vec<_>>(), total = pods.len(), "static pods served");
            let record = serde_json::to_vec(&pods)?;
            self.files.write(SERVED_FILE, &record, Access::secret(0))?;
            let body = Bytes::from(render(&pods));
            server.publish.send_modify(|served| *served = Served { generation: served.generation + 1, body });
            server.served = pods;
        }
        cx.write(StaticPodServerStatus::ID, StaticPodServerStatus { url: server.url.clone() })?;
        Ok(())
    }

    fn reset(&mut self) {
        self.server = None;
    }
}

#[cfg(test)]
mod tests {
    use minos_resources::config::MachineRole;
    use minos_runtime::testing::Harness;
    use serde_json::json;

    use super::*;
    use crate::files::HostFiles;

    #[tokio::test]
    async fn a_new_process_serves_what_the_old_one_served() {
        let folder = tempfile::tempdir().unwrap();
        let files = Arc::new(HostFiles::below(folder.path()));
        let start = || Harness::new().with(Box::new(StaticPodPublish::new(files.clone())));
        let served = || files.read(SERVED_FILE).unwrap().unwrap();

        let first = start();
        first.put(MachineType::ID, MachineType(MachineRole::ControlPlane));
        first.put("kube-apiserver", StaticPod { pod: json!({"a": 1}) });
        first.put("kube-scheduler", StaticPod { pod: json!({"b": 1}) });
        first.settle().await;
        let url = first.spec::<StaticPodServerStatus>(StaticPodServerStatus::ID).unwrap().url;
        let before = served();
        drop(first);
        tokio::task::yield_now().await;

        let second = start();
        second.put(MachineType::ID, MachineType(MachineRole::ControlPlane));
        second.settle().await;
        assert_eq!(served(), before);
        assert_eq!(second.spec::<StaticPodServerStatus>(StaticPodServerStatus::ID).unwrap().url, url);
        second.put("kube-apiserver", StaticPod { pod: json!({"a": 1}) });
        second.settle().await;
        assert_eq!(served(), b"{\"kube-apiserver\":{\"a\":1}}");
    }
}
