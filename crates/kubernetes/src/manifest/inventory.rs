//! Which objects the node has created: what a person removes afterwards stays removed.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

/// Namespace and name of the inventory.
const NAMESPACE: &str = "kube-system";
const NAME: &str = "talos-bootstrap-manifests-inventory";
/// Path of the inventory.
pub(super) const PATH: &str = "/api/v1/namespaces/kube-system/configmaps/talos-bootstrap-manifests-inventory";
/// Annotation of an object with the inventory that it stands in.
const OWNER: &str = "config.k8s.io/owning-inventory";
const ID_LABEL: &str = "cli-utils.sigs.k8s.io/inventory-id";

/// Names of objects: namespace, name, group, kind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Inventory(BTreeSet<String>);

impl Inventory {
    /// From the stored object, if there is one.
    pub(super) fn read(stored: Option<&Value>) -> Self {
        let data = stored.and_then(|stored| stored["data"].as_object());
        Self(data.into_iter().flatten().map(|(key, _)| key.clone()).collect())
    }

    /// The object to store.
    pub(super) fn render(&self) -> Value {
        let data: Map<String, Value> = self.0.iter().map(|key| (key.clone(), json!(""))).collect();
        json!({
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": NAME, "namespace": NAMESPACE, "labels": {ID_LABEL: NAME}},
            "data": data,
        })
    }

    pub(super) fn contains(&self, object: &Value, namespace: Option<&str>) -> bool {
        self.0.contains(&key(object, namespace))
    }

    /// Whether it is new.
    pub(super) fn add(&mut self, object: &Value, namespace: Option<&str>) -> bool {
        self.0.insert(key(object, namespace))
    }
}

/// Marks an object as standing in the inventory; false when it stands in another.
pub(super) fn claim(object: &mut Value) -> bool {
    match object["metadata"]["annotations"][OWNER].as_str() {
        Some(owner) if owner != NAME => false,
        _ => {
            if !object["metadata"]["annotations"].is_object() {
                object["metadata"]["annotations"] = json!({});
            }
            object["metadata"]["annotations"][OWNER] = json!(NAME);
            true
        }
    }
}

/// Colons, which names of RBAC objects have, cannot stand in a key.
fn key(object: &Value, namespace: Option<&str>) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let version = text(&object["apiVersion"]);
    let group = version.split_once('/').map_or("", |(group, _)| group);
    let name = text(&object["metadata"]["name"]).replace(':', "__");
    format!("{}_{name}_{group}_{}", namespace.unwrap_or_default(), text(&object["kind"]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_inventory_is_read_back() {
        let object = json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": {"name": "system:a"}});
        let mut inventory = Inventory::default();
        assert!(inventory.add(&object, None));
        let stored = inventory.render();
        assert_eq!(stored["data"], json!({"_system__a_rbac.authorization.k8s.io_ClusterRole": ""}));
        assert_eq!(Inventory::read(Some(&stored)), inventory);
        assert!(inventory.contains(&object, None));
    }

    #[test]
    fn objects_of_other_inventories_are_left_alone() {
        let mut object = json!({"metadata": {"annotations": {OWNER: "other"}}});
        assert!(!claim(&mut object));
        let mut object = json!({"metadata": {"name": "a"}});
        assert!(claim(&mut object) && claim(&mut object));
    }
}
