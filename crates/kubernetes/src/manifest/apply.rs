//! Creates the manifests' objects in the cluster.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use minos_resources::etcd::EtcdMember;
use minos_resources::k8s::{Manifest, ManifestStatus};
use minos_resources::runtime::Diagnostic;
use minos_resources::secrets::KubernetesSecret;
use minos_runtime::{Context, Controller, Input, Key, Output, ReconcileError};

use super::create::{CreateError, create};
use crate::api::ApiClient;
use crate::control_plane::api_server_was_ready;
use crate::files::Files;

/// How often an API server that is not ready is asked again.
const AGAIN: Duration = Duration::from_secs(1);

/// The id of the diagnostic about objects that the cluster refuses.
const DIAGNOSTIC: &str = "manifests-refused";

/// What users are told about objects that the cluster refuses; nothing while the server itself cannot be used.
fn diagnostic(error: &CreateError) -> Option<Diagnostic> {
    match error {
        CreateError::Refused(reasons) => {
            let message = format!("objects of the manifests cannot be created: {}", reasons.join("; "));
            Some(Diagnostic { message, details: reasons.clone() })
        }
        CreateError::Api(_) => None,
    }
}

/// One for the node.
pub(crate) struct ManifestApply {
    files: Arc<dyn Files>,
}

impl ManifestApply {
    pub(crate) fn new(files: Arc<dyn Files>) -> Self {
        Self { files }
    }
}

#[async_trait]
impl Controller for ManifestApply {
    fn name(&self) -> &str {
        "kubernetes.manifests.apply"
    }

    fn inputs(&self) -> Vec<Input> {
        vec![
            Input::of::<Manifest>().to_all(),
            Input::of::<KubernetesSecret>().to_all(),
            Input::of::<EtcdMember>().to_all(),
        ]
    }

    fn outputs(&self) -> Vec<Output> {
        vec![Output::exclusive::<ManifestStatus>(), Output::shared::<Diagnostic>()]
    }

    async fn reconcile(&mut self, cx: &Context, _key: &Key) -> Result<(), ReconcileError> {
        let manifests = cx.list::<Manifest>()?;
        if manifests.is_empty() {
            return Ok(());
        }
        let secret = cx.require::<KubernetesSecret>(KubernetesSecret::ID)?;
        cx.require::<EtcdMember>(EtcdMember::ID)?;
        let applied: Vec<_> = manifests.iter().map(|manifest| manifest.id().to_owned()).collect();
        let objects = manifests.iter().flat_map(|manifest| manifest.items.iter().cloned()).collect();
        let client = ApiClient::from_kubeconfig(secret.localhost_admin_kubeconfig.expose(), self.files.as_ref())?;
        // Whoever publishes the control plane's pods asks until it is ready; this need not ask too.
        if !(api_server_was_ready(self.files.as_ref())? && client.is_ready().await) {
            cx.wake_after(AGAIN);
            return Err(ReconcileError::waiting("a ready API server"));
        }
        let created = create(&client, objects).await;
        if let Some(diagnostic) = created.as_ref().err().and_then(diagnostic) {
            cx.write(DIAGNOSTIC, diagnostic)?;
        }
        created?;
        cx.write(ManifestStatus::ID, ManifestStatus { manifests_applied: applied })?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_that_the_cluster_refuses_are_a_diagnostic() {
        let refused = CreateError::Refused(vec!["ConfigMap a: it is invalid".to_owned()]);
        let diagnostic = diagnostic(&refused).expect("a diagnostic");
        assert!(diagnostic.message.contains("ConfigMap a: it is invalid"), "{diagnostic:?}");
        assert_eq!(diagnostic.details, ["ConfigMap a: it is invalid"]);
    }
}
