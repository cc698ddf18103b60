//! Manifests that the user adds to those a cluster starts with.

use std::collections::BTreeMap;

use minos_runtime::Spec;
use serde::{Deserialize, Serialize};

/// Manifests that the user adds.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExtraManifestsConfig {
    /// The manifests.
    pub extra_manifests: Vec<ExtraManifest>,
}

impl ExtraManifestsConfig {
    /// Id of the only one.
    pub const ID: &'static str = "extra-manifests";
}

impl Spec for ExtraManifestsConfig {
    const TYPE: &'static str = "ExtraManifestsConfigs.kubernetes.talos.dev";
    const NAMESPACE: &'static str = super::CONTROL_PLANE_NAMESPACE;
}

/// A manifest at a URL or given in place.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExtraManifest {
    /// Its name.
    pub name: String,
    /// Where to get it.
    pub url: String,
    /// Two digits that put it among the others.
    pub priority: String,
    /// HTTP headers for getting it.
    pub extra_headers: BTreeMap<String, String>,
    /// The manifest itself; then there is no URL.
    pub inline_manifest: String,
}
