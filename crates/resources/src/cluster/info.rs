//! Which cluster the node belongs to.

use minos_runtime::{Column, Spec};
use serde::{Deserialize, Serialize};

/// Which cluster the node belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Info {
    /// Its id.
    pub cluster_id: String,
    /// Its name.
    pub cluster_name: String,
}

impl Info {
    /// Id of the only one.
    pub const ID: &'static str = "current";
}

impl Spec for Info {
    const TYPE: &'static str = "Infos.cluster.talos.dev";
    const NAMESPACE: &'static str = super::NAMESPACE;
    const COLUMNS: &'static [Column] =
        &[Column::new("Cluster ID", "{.clusterId}"), Column::new("Cluster Name", "{.clusterName}")];
}
