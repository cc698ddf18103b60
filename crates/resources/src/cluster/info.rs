//! Which cluster the node belongs to.

use crate::declare::resource;

resource! {
    /// Which cluster the node belongs to.
    #[derive(Eq)]
    pub struct Info = "Infos.cluster.talos.dev" in super::NAMESPACE => {
        /// Its id.
        1 "clusterId" => cluster_id: String,
        /// Its name.
        2 "clusterName" => cluster_name: String,
    }
    columns: ["Cluster ID" => "{.clusterId}", "Cluster Name" => "{.clusterName}"];
}

impl Info {
    /// Id of the only one.
    pub const ID: &'static str = "current";
}
