//! What etcd is made from.

use std::collections::BTreeMap;

use minos_runtime::{Column, Spec};
use serde::{Deserialize, Serialize};

use crate::k8s::ArgValues;

/// What etcd is made from.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EtcdConfig {
    /// Subnets of addresses to advertise; `!` before one excludes it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub advertise_valid_subnets: Vec<String>,
    /// Subnets of addresses never to advertise.
    pub advertise_exclude_subnets: Vec<String>,
    /// Subnets of addresses to listen on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub listen_valid_subnets: Vec<String>,
    /// Subnets of addresses never to listen on.
    pub listen_exclude_subnets: Vec<String>,
    /// Image reference.
    pub image: String,
    /// Further flags, merged over the component's own.
    pub extra_args: BTreeMap<String, ArgValues>,
}

impl EtcdConfig {
    /// Id of the only one.
    pub const ID: &'static str = "etcd";
}

impl Spec for EtcdConfig {
    const TYPE: &'static str = "EtcdConfigs.etcd.talos.dev";
    const NAMESPACE: &'static str = super::NAMESPACE;
    const COLUMNS: &'static [Column] = &[Column::new("Image", "{.image}")];
}
