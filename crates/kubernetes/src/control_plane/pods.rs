//! The control plane's static pods.

use std::sync::Arc;

use async_trait::async_trait;
use minos_resources::etcd::EtcdMember;
use minos_resources::k8s::{
    ApiServerConfig, ConfigStatus, ControllerManagerConfig, SchedulerConfig, SecretsStatus, StaticPod,
};
use minos_runtime::{Context, Controller, Input, Key, Output, ReconcileError};

use super::component::API_SERVER;
use super::pod::PodVersions;
use super::{api_server, controller_manager, scheduler};
use crate::digest::digest;
use crate::files::{Access, Files};

/// One for the node: the three pods appear together.
pub(crate) struct StaticPods {
    files: Arc<dyn Files>,
}

impl StaticPods {
    pub(crate) fn new(files: Arc<dyn Files>) -> Self {
        Self { files }
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
