//! What etcd is made from.

use std::collections::BTreeMap;

use crate::declare::resource;
use crate::k8s::ArgValues;

resource! {
    /// What etcd is made from.
    #[derive(Default)]
    pub struct EtcdConfig = "EtcdConfigs.etcd.talos.dev" in super::NAMESPACE => {
        /// Subnets of addresses to advertise; `!` before one excludes it.
        1 "advertiseValidSubnets" => advertise_valid_subnets: Vec<String> [omitempty],
        /// Subnets of addresses never to advertise.
        2 "advertiseExcludeSubnets" => advertise_exclude_subnets: Vec<String>,
        /// Subnets of addresses to listen on.
        5 "listenValidSubnets" => listen_valid_subnets: Vec<String> [omitempty],
        /// Subnets of addresses never to listen on.
        6 "listenExcludeSubnets" => listen_exclude_subnets: Vec<String>,
        /// Image reference.
        3 "image" => image: String,
        /// Further flags, merged over the component's own.
        7 "extraArgs" => extra_args: BTreeMap<String, ArgValues>,
    }
    columns: ["Image" => "{.image}"];
}

impl EtcdConfig {
    /// Id of the only one.
    pub const ID: &'static str = "etcd";
}
