//! Makes the manifests: the cluster's own and those that the user adds.

use async_trait::async_trait;
use minos_resources::k8s::{BootstrapManifestsConfig, ExtraManifestsConfig, Manifest};
use minos_resources::runtime::Diagnostic;
use minos_resources::secrets::KubernetesRootSecret;
use minos_runtime::{Context, Controller, Input, Key, Output, ReconcileError};

use super::render::render;
use super::yaml;

/// The id of the diagnostic about manifests that cannot be parsed.
const UNUSABLE: &str = "manifests-unusable";

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
        vec![Output::shared::<Manifest>(), Output::shared::<Diagnostic>()]
    }

    async fn reconcile(&mut self, cx: &Context, _key: &Key) -> Result<(), ReconcileError> {
        let Some(config) = cx.get::<ExtraManifestsConfig>(ExtraManifestsConfig::ID)? else { return Ok(()) };
        let mut problems = Vec::new();
        // Manifests from a URL are not fetched yet.
        for manifest in config.extra_manifests.iter().filter(|manifest| manifest.url.is_empty()) {
            match yaml::objects(&manifest.inline_manifest) {
                Ok(items) => drop(cx.write(&format!("{}-{}", manifest.priority, manifest.name), Manifest { items })?),
                Err(problem) => problems.push(format!("{}: {problem}", manifest.name)),
            }
        }
        if !problems.is_empty() {
            cx.write(UNUSABLE, diagnostic(problems))?;
        }
        Ok(())
    }
}

/// What users read about manifests of the configuration that hold no objects. The configuration itself is valid, with any
/// text in their place.
fn diagnostic(problems: Vec<String>) -> Diagnostic {
    let message = format!("inline manifests of the configuration cannot be used: {}", problems.join("; "));
    Diagnostic { message, details: problems }
}

#[cfg(test)]
mod tests {
    use minos_resources::k8s::ExtraManifest;
    use minos_runtime::testing::Harness;

    use super::*;

    const GOOD: &str = "{apiVersion: v1, kind: Namespace, metadata: {name: a}}";

    fn inline(name: &str, text: &str) -> ExtraManifest {
        ExtraManifest {
            name: name.to_owned(),
            priority: "99".to_owned(),
            inline_manifest: text.to_owned(),
            ..ExtraManifest::default()
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_bad_manifest_does_not_keep_the_good_one_away() {
        let world = Harness::new().with(Box::new(ExtraManifests));
        let extra_manifests = vec![inline("bad", "a: ["), inline("good", GOOD)];
        world.put(ExtraManifestsConfig::ID, ExtraManifestsConfig { extra_manifests });
        world.settle().await;
        assert_eq!(world.ids::<Manifest>(), ["99-good"]);
    }

    #[tokio::test(start_paused = true)]
    async fn manifests_that_cannot_be_parsed_are_a_diagnostic_until_they_can() {
        let world = Harness::new().with(Box::new(ExtraManifests));
        let extra_manifests = vec![inline("broken", "password: [hunter2"), inline("empty", "{kind: Pod}")];
        world.put(ExtraManifestsConfig::ID, ExtraManifestsConfig { extra_manifests });
        world.settle().await;
        let diagnostic = world.spec::<Diagnostic>(UNUSABLE).expect("a diagnostic");
        for named in ["broken: the manifest is not YAML", "empty: document 1 of the manifest has no apiVersion"] {
            assert!(diagnostic.message.contains(named), "{diagnostic:?}");
        }
        assert!(!diagnostic.message.contains("hunter2"), "a manifest may hold secrets: {diagnostic:?}");
        assert_eq!(diagnostic.details.len(), 2);

        let extra_manifests = vec![inline("broken", GOOD)];
        world.put(ExtraManifestsConfig::ID, ExtraManifestsConfig { extra_manifests });
        world.settle().await;
        assert_eq!((world.ids::<Manifest>(), world.ids::<Diagnostic>()), (vec!["99-broken".to_owned()], Vec::new()));
    }
}
