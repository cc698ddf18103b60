//! Which cluster the node belongs to.

use minos_resources::{cluster::Info, config::MachineConfig};
use minos_runtime::{Controller, Resource, Transform};

pub(crate) fn controller() -> Box<dyn Controller> {
    Transform::new("membership.info.config", |_, config: &Resource<MachineConfig>| {
        let known = config.id() == MachineConfig::ID && config.cluster().is_some();
        let info =
            || Info { cluster_id: config.cluster_id().to_owned(), cluster_name: config.cluster_name().to_owned() };
        Ok(known.then(|| (Info::ID.to_owned(), info())))
    })
    .boxed()
}
