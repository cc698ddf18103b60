//! What the API server pod is made from.

use std::collections::BTreeMap;

use super::{ArgValues, ExtraVolume, PodResources};
use crate::declare::resource;

resource! {
    /// What the API server pod is made from.
    #[derive(Default)]
    pub struct ApiServerConfig = "APIServerConfigs.kubernetes.talos.dev" in super::CONTROL_PLANE_NAMESPACE => {
        /// Image reference.
        1 "image" => image: String,
        /// `external`, or empty.
        2 "cloudProvider" => cloud_provider: String,
        /// The cluster's endpoint, a URL.
        3 "controlPlaneEndpoint" => control_plane_endpoint: String,
        /// URLs of etcd.
        4 "etcdServers" => etcd_servers: Vec<String>,
        /// Port on which it listens.
        5 "localPort" => local_port: u16,
        /// The services' subnets.
        6 "serviceCIDR" => service_cidrs: Vec<String>,
        /// Further flags, merged over the component's own.
        13 "extraArgs" => extra_args: BTreeMap<String, ArgValues>,
        /// Further directories of the host.
        8 "extraVolumes" => extra_volumes: Vec<ExtraVolume>,
        /// Environment variables.
        9 "environmentVariables" => environment_variables: BTreeMap<String, String>,
        /// The address that it tells the cluster, or empty.
        11 "advertisedAddress" => advertised_address: String,
        /// Requests and limits.
        12 "resources" => resources: PodResources,
    }
    sensitive: true;
}

impl ApiServerConfig {
    /// Id of the only one.
    pub const ID: &'static str = "kube-apiserver";
}
