//! What the platform says about the machine.

use std::collections::BTreeMap;

use minos_runtime::{Column, Spec};
use serde::{Deserialize, Serialize};

/// Facts from the platform (cloud, hypervisor, bare metal). Absent facts are empty.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[allow(missing_docs, reason = "the names are the contract's and explain themselves")]
pub struct PlatformMetadata {
    #[serde(skip_serializing_if = "String::is_empty")]
    pub platform: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub hostname: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub region: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub zone: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub instance_type: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub instance_id: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub provider_id: String,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub spot: bool,
    #[serde(rename = "internalDNS", skip_serializing_if = "String::is_empty")]
    pub internal_dns: String,
    #[serde(rename = "externalDNS", skip_serializing_if = "String::is_empty")]
    pub external_dns: String,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
}

impl PlatformMetadata {
    /// Id of the only one.
    pub const ID: &'static str = "platformmetadata";
}

impl Spec for PlatformMetadata {
    const TYPE: &'static str = "PlatformMetadatas.talos.dev";
    const NAMESPACE: &'static str = super::NAMESPACE;
    const COLUMNS: &'static [Column] = &[
        Column::new("Platform", "{.platform}"),
        Column::new("Type", "{.instanceType}"),
        Column::new("Region", "{.region}"),
        Column::new("Zone", "{.zone}"),
    ];
}
