//! What etcd is made from, taken from the machine configuration.

use minos_config::Config;
use minos_resources::etcd::EtcdConfig;
use minos_runtime::Controller;

use crate::from_config::{arg_values, from_config, of_control_plane};

/// The controller.
pub(crate) fn controller() -> Box<dyn Controller> {
    from_config("kubernetes.etcd.config", EtcdConfig::ID, make)
}

fn make(config: &Config) -> Option<EtcdConfig> {
    let etcd = of_control_plane(config)?.etcd();
    Some(EtcdConfig {
        advertise_valid_subnets: etcd.advertised_subnets,
        advertise_exclude_subnets: Vec::new(),
        listen_valid_subnets: etcd.listen_subnets,
        listen_exclude_subnets: Vec::new(),
        image: etcd.image,
        extra_args: arg_values(&etcd.extra_args),
    })
}
