//! What the API server pod is made from.

use std::collections::BTreeMap;

use minos_runtime::Spec;
use serde::{Deserialize, Serialize};

use super::{ArgValues, ExtraVolume, PodResources};

/// What the API server pod is made from.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiServerConfig {
    /// Image reference.
    pub image: String,
    /// `external`, or empty.
    pub cloud_provider: String,
    /// The cluster's endpoint, a URL.
    pub control_plane_endpoint: String,
    /// URLs of etcd.
    pub etcd_servers: Vec<String>,
    /// Port on which it listens.
    pub local_port: u16,
    /// The services' subnets.
    #[serde(rename = "serviceCIDR")]
    pub service_cidrs: Vec<String>,
    /// Further flags, merged over the component's own.
    pub extra_args: BTreeMap<String, ArgValues>,
    /// Further directories of the host.
    pub extra_volumes: Vec<ExtraVolume>,
    /// Environment variables.
    pub environment_variables: BTreeMap<String, String>,
    /// The address that it tells the cluster, or empty.
    pub advertised_address: String,
    /// Requests and limits.
    pub resources: PodResources,
}

impl ApiServerConfig {
    /// Id of the only one.
    pub const ID: &'static str = "kube-apiserver";
}

impl Spec for ApiServerConfig {
    const TYPE: &'static str = "APIServerConfigs.kubernetes.talos.dev";
    const NAMESPACE: &'static str = super::CONTROL_PLANE_NAMESPACE;
    const SENSITIVE: bool = true;
}
