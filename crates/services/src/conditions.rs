//! What a service waits for.

use minos_resources::v1alpha1::{Condition, Service};
use minos_runtime::{Query, Store};

/// The first conditions that do not hold, in words; empty when all do.
pub fn unmet(conditions: &[Condition], store: &Store) -> String {
    let waiting: Vec<String> = conditions.iter().filter_map(|condition| reason(condition, store)).collect();
    waiting.join(", ")
}

fn reason(condition: &Condition, store: &Store) -> Option<String> {
    match condition {
        Condition::ServiceHealthy(id) => {
            let healthy = store.get::<Service>(id).is_some_and(|service| service.running && service.healthy);
            (!healthy).then(|| format!("service {id:?} to be up"))
        }
        Condition::PathExists(path) => (!path.exists()).then(|| format!("{} to exist", path.display())),
        Condition::ResourceExists(type_name, namespace, id) => {
            let definition = minos_resources::definitions().find(|one| one.type_name == type_name)?;
            let found = store.list_objects(definition.type_name, namespace, &Query::default());
            let there = found.iter().any(|object| object.metadata().id == *id && object.metadata().is_running());
            (!there).then(|| format!("{type_name} {id:?}"))
        }
    }
}
