//! Writes the documents that the API server and the scheduler read.

use std::sync::Arc;

use async_trait::async_trait;
use minos_resources::k8s::{
    AdmissionControlConfig, AuditPolicyConfig, AuthorizationConfig, ConfigStatus, SchedulerConfig,
};
use minos_runtime::{Context, Controller, Input, Key, Output, ReconcileError};

use super::component::{API_SERVER, SCHEDULER};
use super::documents;
use crate::digest::digest;
use crate::files::{Access, Files};

/// One for the node.
pub(crate) struct StaticPodFiles {
    files: Arc<dyn Files>,
}

impl StaticPodFiles {
    pub(crate) fn new(files: Arc<dyn Files>) -> Self {
        Self { files }
    }
}

#[async_trait]
impl Controller for StaticPodFiles {
    fn name(&self) -> &str {
        "kubernetes.static-pods.files"
    }

    fn inputs(&self) -> Vec<Input> {
        vec![
            Input::of::<AdmissionControlConfig>().to_all(),
            Input::of::<AuditPolicyConfig>().to_all(),
            Input::of::<AuthorizationConfig>().to_all(),
            Input::of::<SchedulerConfig>().to_all(),
        ]
    }

    fn outputs(&self) -> Vec<Output> {
        vec![Output::exclusive::<ConfigStatus>()]
    }

    async fn reconcile(&mut self, cx: &Context, _key: &Key) -> Result<(), ReconcileError> {
        let admission = documents::admission(&*cx.require::<AdmissionControlConfig>(AdmissionControlConfig::ID)?);
        let audit = documents::audit_policy(&*cx.require::<AuditPolicyConfig>(AuditPolicyConfig::ID)?);
        let authorization = documents::authorization(&*cx.require::<AuthorizationConfig>(AuthorizationConfig::ID)?);
        let scheduler = documents::scheduler(&*cx.require::<SchedulerConfig>(SchedulerConfig::ID)?);
        let documents = [
            (API_SERVER, "admission-control-config.yaml", &admission),
            (API_SERVER, "auditpolicy.yaml", &audit),
            (API_SERVER, "authorization-config.yaml", &authorization),
            (SCHEDULER, "scheduler-config.yaml", &scheduler),
        ];
        for component in [API_SERVER, SCHEDULER] {
            self.files.make_dir(component.config, Access { mode: 0o755, owner: 0 })?;
        }
        for (component, name, document) in documents {
            // JSON is YAML.
            let content = format!("{document:#}\n");
            self.files.write(&component.document(name), content.as_bytes(), Access::secret(component.user))?;
        }
        let version = digest(&[&admission, &audit, &authorization, &scheduler])?;
        cx.write(ConfigStatus::ID, ConfigStatus { ready: true, version })?;
        Ok(())
    }
}
