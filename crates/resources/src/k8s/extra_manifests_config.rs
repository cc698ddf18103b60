//! Manifests that the user adds to those a cluster starts with.

use std::collections::BTreeMap;

use crate::declare::{message, resource};

resource! {
    /// Manifests that the user adds.
    #[derive(Default)]
    pub struct ExtraManifestsConfig = "ExtraManifestsConfigs.kubernetes.talos.dev" in super::CONTROL_PLANE_NAMESPACE => {
        /// The manifests.
        1 "extraManifests" => extra_manifests: Vec<ExtraManifest>,
    }
}

impl ExtraManifestsConfig {
    /// Id of the only one.
    pub const ID: &'static str = "extra-manifests";
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
