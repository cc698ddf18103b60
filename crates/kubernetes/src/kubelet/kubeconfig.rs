//! Notices the credentials that the kubelet gets for itself.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use minos_resources::k8s::{KubeletKubeconfig, KubeletSpec};
use minos_runtime::{Context, Controller, Input, Key, Output, ReconcileError};
use sha2::{Digest as _, Sha256};

use super::args::KUBECONFIG;
use crate::files::Files;

/// How often the file is looked for before it is there, and afterwards.
const SOON: Duration = Duration::from_secs(1);
const LATER: Duration = Duration::from_secs(30);

/// One for the node.
pub(crate) struct KubeletKubeconfigStatus {
    files: Arc<dyn Files>,
}

impl KubeletKubeconfigStatus {
    pub(crate) fn new(files: Arc<dyn Files>) -> Self {
        Self { files }
    }
}

#[async_trait]
impl Controller for KubeletKubeconfigStatus {
    fn name(&self) -> &str {
        "kubernetes.kubelet.kubeconfig"
    }

    fn inputs(&self) -> Vec<Input> {
        vec![Input::of::<KubeletSpec>().to_all()]
    }

    fn outputs(&self) -> Vec<Output> {
        vec![Output::exclusive::<KubeletKubeconfig>()]
    }

    async fn reconcile(&mut self, cx: &Context, _key: &Key) -> Result<(), ReconcileError> {
        if cx.get::<KubeletSpec>(KubeletSpec::ID)?.is_none() {
            return Ok(());
        }
        let content = self.files.read(KUBECONFIG)?;
        cx.wake_after(if content.is_some() { LATER } else { SOON });
        if let Some(content) = content {
            let hash = hex::encode(Sha256::digest(content));
            cx.write(KubeletKubeconfig::ID, KubeletKubeconfig { hash })?;
        }
        Ok(())
    }
}
