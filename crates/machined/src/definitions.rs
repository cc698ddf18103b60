//! Tells clients which resource types and namespaces exist.

use std::collections::BTreeSet;

use minos_resources::meta::{NamespaceSpec, ResourceDefinition};
use minos_runtime::{Definition, StateError, Store};

/// The definition of a type by the type's name, in any case.
pub fn find(type_name: &str) -> Option<&'static Definition> {
    minos_resources::definitions().find(|definition| definition.type_name.eq_ignore_ascii_case(type_name))
}

/// Namespaces that hold layers before they are merged; types name only their final namespace.
const LAYERS: &[&str] = &["network-config"];

/// Whether a namespace exists.
pub fn has_namespace(namespace: &str) -> bool {
    LAYERS.contains(&namespace) || minos_resources::definitions().any(|definition| definition.namespace == namespace)
}

/// Writes every definition and namespace into the store, as resources.
pub fn publish(store: &Store) -> Result<(), StateError> {
    let mut namespaces: BTreeSet<&str> = LAYERS.iter().copied().collect();
    for definition in minos_resources::definitions() {
        let resource = ResourceDefinition::from(definition);
        store.put("", &resource.id(), resource.clone())?;
        namespaces.insert(definition.namespace);
    }
    for namespace in namespaces {
        store.put("", namespace, NamespaceSpec { description: format!("Resources of {namespace}") })?;
    }
    Ok(())
}
