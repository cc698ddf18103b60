//! Manifests that the user adds to those a cluster starts with.

use std::collections::BTreeMap;

use crate::declare::{message, resource};
use crate::redacted::hide;

resource! {
    /// Manifests that the user adds.
    #[derive(Default)]
    pub struct ExtraManifestsConfig = "ExtraManifestsConfigs.kubernetes.talos.dev" in super::CONTROL_PLANE_NAMESPACE => {
        /// The manifests.
        1 "extraManifests" => extra_manifests: Vec<ExtraManifest>,
    }
    redacted: ExtraManifestsConfig::without_secrets;
}

impl ExtraManifestsConfig {
    /// Id of the only one.
    pub const ID: &'static str = "extra-manifests";

    /// The manifests without the values of headers, which authenticate, and without their text, which may hold
    /// `Secret`s; [`super::Manifest`] has the same objects with only those hidden.
    fn without_secrets(&self) -> Self {
        let mut redacted = self.clone();
        for manifest in &mut redacted.extra_manifests {
            manifest.extra_headers.values_mut().for_each(hide);
            hide(&mut manifest.inline_manifest);
        }
        redacted
    }
}

message! {
    /// A manifest at a URL or given in place.
    #[derive(Default)]
    pub struct ExtraManifest {
        /// Its name.
        1 "name" => name: String,
        /// Where to get it.
        2 "url" => url: String,
        /// Two digits that put it among the others.
        3 "priority" => priority: String,
        /// HTTP headers for getting it.
        4 "extraHeaders" => extra_headers: BTreeMap<String, String>,
        /// The manifest itself; then there is no URL.
        5 "inlineManifest" => inline_manifest: String,
    }
}

#[cfg(test)]
mod tests {
    use minos_runtime::Spec as _;

    use super::*;

    #[test]
    fn headers_and_texts_of_added_manifests_are_hidden() {
        let manifest = ExtraManifest {
            name: "one".to_owned(),
            url: "https://example.com/one.yaml".to_owned(),
            extra_headers: [("Authorization".to_owned(), "Bearer x".to_owned())].into(),
            ..ExtraManifest::default()
        };
        let inline = ExtraManifest { inline_manifest: "kind: Secret".to_owned(), ..ExtraManifest::default() };
        let config = ExtraManifestsConfig { extra_manifests: vec![manifest, inline] };
        let redacted = config.redacted().expect("they are redacted").extra_manifests;
        assert_eq!(redacted[0].extra_headers["Authorization"], "******");
        assert_eq!((&*redacted[0].url, &*redacted[0].inline_manifest), ("https://example.com/one.yaml", ""));
        assert_eq!(redacted[1].inline_manifest, "******");
    }
}
