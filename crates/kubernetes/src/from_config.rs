//! Resources that follow from the machine configuration alone.

use std::collections::BTreeMap;

use minos_config::Config;
use minos_config::v1alpha1::Arguments;
use minos_resources::config::MachineConfig;
use minos_resources::k8s::ArgValues;
use minos_runtime::{Controller, Spec, Transform};

/// A controller that makes `O` from the configuration in effect, or nothing.
pub(crate) fn from_config<O: Spec>(
    name: &'static str,
    id: &'static str,
    make: fn(&Config) -> Option<O>,
) -> Box<dyn Controller> {
    let transform = Transform::<MachineConfig, O, _>::new(name, move |_, config| {
        let effective = config.id() == MachineConfig::ID;
        Ok(effective.then(|| make(config)).flatten().map(|made| (id.to_owned(), made)))
    });
    transform.boxed()
}

/// The configuration, if it makes this node one of a cluster.
pub(crate) fn of_cluster(config: &Config) -> Option<&Config> {
    (config.machine().is_some() && config.cluster().is_some()).then_some(config)
}

/// The configuration, if it makes this node a control plane.
pub(crate) fn of_control_plane(config: &Config) -> Option<&Config> {
    of_cluster(config).filter(|config| config.machine_type().is_control_plane())
}

/// Flags as resources have them.
pub(crate) fn arg_values(arguments: &Arguments) -> BTreeMap<String, ArgValues> {
    arguments.iter().map(|(flag, values)| (flag.clone(), ArgValues { values: values.0.clone() })).collect()
}
