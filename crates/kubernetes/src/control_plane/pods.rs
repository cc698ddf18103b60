//! The control plane's static pods.

use std::sync::Arc;

use async_trait::async_trait;
use minos_resources::etcd::EtcdMember;
use minos_resources::k8s::{
    ApiServerConfig, ConfigStatus, ControllerManagerConfig, SchedulerConfig, SecretsStatus, StaticPod,
};
use minos_resources::secrets::KubernetesSecret;
use minos_runtime::{Context, Controller, Input, Key, Output, ReconcileError};

use super::component::API_SERVER;
use super::pod::PodVersions;
use super::turn::Turn;
use super::{api_server, controller_manager, scheduler};
use crate::digest::digest;
use crate::files::{Access, Files};

/// One for the node: the API server's pod appears first, and the other two when it was ready once.
pub(crate) struct StaticPods {
    files: Arc<dyn Files>,
    turn: Turn,
}

impl StaticPods {
    pub(crate) fn new(files: Arc<dyn Files>) -> Self {
        Self { files, turn: Turn::default() }
    }
}

#[async_trait]
impl Controller for StaticPods {
    fn name(&self) -> &str {
        "kubernetes.static-pods.control-plane"
    }

    fn inputs(&self) -> Vec<Input> {
        vec![
            Input::of::<ApiServerConfig>().to_all(),
            Input::of::<ControllerManagerConfig>().to_all(),
            Input::of::<SchedulerConfig>().to_all(),
            Input::of::<SecretsStatus>().to_all(),
            Input::of::<ConfigStatus>().to_all(),
            Input::of::<EtcdMember>().to_all(),
            Input::of::<KubernetesSecret>().to_all(),
        ]
    }

    fn outputs(&self) -> Vec<Output> {
        vec![Output::shared::<StaticPod>()]
    }

    async fn reconcile(&mut self, cx: &Context, _key: &Key) -> Result<(), ReconcileError> {
        let Some(api_server) = cx.get::<ApiServerConfig>(ApiServerConfig::ID)? else {
            return Ok(());
        };
        // The API server uses the etcd beside it. One that falls ill later takes no pod away.
        cx.require::<EtcdMember>(EtcdMember::ID)?;
        let secrets = cx.require::<SecretsStatus>(SecretsStatus::ID)?.version.clone();
        let files = cx.require::<ConfigStatus>(ConfigStatus::ID)?.version.clone();
        let controller_manager = cx.require::<ControllerManagerConfig>(ControllerManagerConfig::ID)?;
        let scheduler = cx.require::<SchedulerConfig>(SchedulerConfig::ID)?;
        let audit = Access { mode: 0o700, owner: API_SERVER.user };
        self.files.make_dir(api_server::AUDIT_DIR, audit)?;

        let versions = |config, files| PodVersions { config, secrets: secrets.clone(), files };
        let pod = api_server::render(&api_server, &versions(digest(&*api_server)?, Some(files.clone())))?;
        cx.write(ApiServerConfig::ID, StaticPod { pod })?;
        if !self.turn.has_come(cx, self.files.as_ref()).await? {
            return Ok(());
        }
        if controller_manager.enabled {
            let pod = controller_manager::render(&controller_manager, &versions(digest(&*controller_manager)?, None))?;
            cx.write(ControllerManagerConfig::ID, StaticPod { pod })?;
        }
        if scheduler.enabled {
            let pod = scheduler::render(&scheduler, &versions(digest(&*scheduler)?, None))?;
            cx.write(SchedulerConfig::ID, StaticPod { pod })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use minos_runtime::testing::Harness;
    use serde_json::json;

    use super::*;
    use crate::api::fake::FakeApiServer;
    use crate::files::HostFiles;

    #[tokio::test]
    async fn the_api_server_s_pod_comes_first() {
        let folder = tempfile::tempdir().unwrap();
        let files = Arc::new(HostFiles::below(folder.path()));
        let server = FakeApiServer::start().await;
        let harness = Harness::new().with(Box::new(StaticPods::new(files)));
        harness.put(ApiServerConfig::ID, ApiServerConfig::default());
        harness.put(ControllerManagerConfig::ID, ControllerManagerConfig { enabled: true, ..Default::default() });
        harness.put(SchedulerConfig::ID, SchedulerConfig { enabled: true, ..Default::default() });
        harness.put(SecretsStatus::ID, SecretsStatus::default());
        harness.put(ConfigStatus::ID, ConfigStatus::default());
        harness.put(EtcdMember::ID, EtcdMember::default());
        let kubeconfig = server.kubeconfig().into();
        harness.put(
            KubernetesSecret::ID,
            KubernetesSecret { localhost_admin_kubeconfig: kubeconfig, ..Default::default() },
        );
        let pods = || harness.store.list::<StaticPod>().len();
        harness.settle().await;
        assert_eq!(pods(), 1, "the API server alone, until it is ready");

        server.objects.lock().unwrap().insert("/readyz".to_owned(), json!("ok"));
        while pods() < 3 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        server.objects.lock().unwrap().clear();
        harness.put(SecretsStatus::ID, SecretsStatus { version: "2".to_owned(), ..Default::default() });
        harness.settle().await;
        assert_eq!(pods(), 3, "one that falls ill later takes no pod away");
    }
}
