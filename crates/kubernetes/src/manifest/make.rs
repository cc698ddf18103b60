//! Makes the manifests: the cluster's own and those that the user adds.

use async_trait::async_trait;
use minos_resources::k8s::{BootstrapManifestsConfig, ExtraManifest, ExtraManifestsConfig, Manifest};
use minos_resources::secrets::KubernetesRootSecret;
use minos_runtime::{Context, Controller, Input, Key, Output, ReconcileError};

use super::render::render;
use super::yaml;

/// The cluster's own manifests.
pub(crate) struct BootstrapManifests;

#[async_trait]
impl Controller for BootstrapManifests {
    fn name(&self) -> &str {
        "kubernetes.manifests.bootstrap"
    }

    fn inputs(&self) -> Vec<Input> {
        vec![Input::of::<BootstrapManifestsConfig>().to_all(), Input::of::<KubernetesRootSecret>().to_all()]
    }

    fn outputs(&self) -> Vec<Output> {
        vec![Output::shared::<Manifest>()]
    }

    async fn reconcile(&mut self, cx: &Context, _key: &Key) -> Result<(), ReconcileError> {
        let Some(config) = cx.get::<BootstrapManifestsConfig>(BootstrapManifestsConfig::ID)? else { return Ok(()) };
        let root = cx.require::<KubernetesRootSecret>(KubernetesRootSecret::ID)?;
        for (id, items) in render(&config, &root.bootstrap_token_id, &root.bootstrap_token_secret) {
            cx.write(id, Manifest { items })?;
        }
        Ok(())
    }
}

/// The user's manifests.
pub(crate) struct ExtraManifests;

#[async_trait]
impl Controller for ExtraManifests {
    fn name(&self) -> &str {
        "kubernetes.manifests.extra"
    }

    fn inputs(&self) -> Vec<Input> {
        vec![Input::of::<ExtraManifestsConfig>().to_all()]
    }

    fn outputs(&self) -> Vec<Output> {
        vec![Output::shared::<Manifest>()]
    }

    async fn reconcile(&mut self, cx: &Context, _key: &Key) -> Result<(), ReconcileError> {
        let Some(config) = cx.get::<ExtraManifestsConfig>(ExtraManifestsConfig::ID)? else { return Ok(()) };
        let mut problems = Vec::new();
        for manifest in &config.extra_manifests {
            let id = format!("{}-{}", manifest.priority, manifest.name);
            match objects(manifest) {
                Ok(items) => drop(cx.write(&id, Manifest { items })?),
                Err(problem) => problems.push(format!("{}: {problem}", manifest.name)),
            }
        }
        if problems.is_empty() { Ok(()) } else { Err(ReconcileError::waiting(problems.join("; "))) }
    }
}

fn objects(manifest: &ExtraManifest) -> Result<Vec<serde_json::Value>, String> {
    if manifest.url.is_empty() {
        return yaml::objects(&manifest.inline_manifest).map_err(|error| error.to_string());
    }
    Err("manifests from a URL are not fetched yet".to_owned())
}

#[cfg(test)]
mod tests {
    use minos_runtime::testing::Harness;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_bad_manifest_does_not_keep_the_good_one_away() {
        let inline = |name: &str, text: &str| ExtraManifest {
            name: name.to_owned(),
            priority: "99".to_owned(),
            inline_manifest: text.to_owned(),
            ..ExtraManifest::default()
        };
        let world = Harness::new().with(Box::new(ExtraManifests));
        let good = inline("good", "{apiVersion: v1, kind: Namespace, metadata: {name: a}}");
        let extra_manifests = vec![inline("bad", "a: ["), good];
        world.put(ExtraManifestsConfig::ID, ExtraManifestsConfig { extra_manifests });
        world.settle().await;
        assert_eq!(world.ids::<Manifest>(), ["99-good"]);
    }
}
