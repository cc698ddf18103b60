//! Objects that a cluster starts with.

use serde_json::Value;

use crate::declare::{message, resource};
use crate::redacted::HIDDEN;
use crate::wire::{Field, Structure};

resource! {
    /// Objects that are created together; ids sort in the order of creation.
    #[derive(Default)]
    #[serde(transparent)]
    pub struct Manifest = "Manifests.kubernetes.talos.dev" in super::CONTROL_PLANE_NAMESPACE => {
        /// The objects.
        1 "items" as SingleManifests => items: Vec<Value>,
    }
    redacted: Manifest::without_secrets;
}

impl Manifest {
    /// The objects, with the values of every `Secret` hidden; their names and keys stay.
    fn without_secrets(&self) -> Self {
        let mut redacted = self.clone();
        redacted.items.iter_mut().for_each(hide_secret_values);
        redacted
    }
}

/// Hides the values of an object that is a `Secret`, and of those in an object that is a list.
fn hide_secret_values(object: &mut Value) {
    if let Some(items) = object.get_mut("items").and_then(Value::as_array_mut) {
        items.iter_mut().for_each(hide_secret_values);
    }
    if object.get("kind").and_then(Value::as_str) != Some("Secret") {
        return;
    }
    for part in ["data", "stringData"] {
        match object.get_mut(part) {
            Some(Value::Object(values)) => values.values_mut().for_each(hide),
            Some(other) => hide(other),
            None => {}
        }
    }
    // `kubectl apply` keeps a copy of the whole object there.
    if let Some(annotations) = object.pointer_mut("/metadata/annotations").and_then(Value::as_object_mut)
        && let Some(copy) = annotations.get_mut("kubectl.kubernetes.io/last-applied-configuration")
    {
        hide(copy);
    }
}

fn hide(value: &mut Value) {
    *value = HIDDEN.into();
}

resource! {
    /// Which manifests the cluster has.
    #[derive(Default)]
    pub struct ManifestStatus = "ManifestStatuses.kubernetes.talos.dev" in super::CONTROL_PLANE_NAMESPACE => {
        /// Ids of the manifests.
        1 "manifestsApplied" => manifests_applied: Vec<String>,
    }
}

/// Objects as they are sent: each in a message of its own, of which it is the only field.
struct SingleManifests(Vec<SingleManifest>);

message! {
    /// One object.
    struct SingleManifest {
        /// The object; its keys stand beside each other.
        #[serde(flatten)]
        1 "(inline)" => object: Structure,
    }
}

impl From<&Vec<Value>> for SingleManifests {
    fn from(items: &Vec<Value>) -> Self {
        let objects = items.iter().map(|item| item.as_object().cloned().unwrap_or_default());
        Self(objects.map(|object| SingleManifest { object }).collect())
    }
}

#[cfg(test)]
impl From<SingleManifests> for Vec<Value> {
    fn from(manifests: SingleManifests) -> Self {
        manifests.0.into_iter().map(|manifest| Value::Object(manifest.object)).collect()
    }
}

impl Field for SingleManifests {
    fn is_zero(&self) -> bool {
        self.0.is_empty()
    }

    fn encode(&self, number: u32, out: &mut Vec<u8>) {
        self.0.encode(number, out);
    }

    #[cfg(test)]
    fn kind() -> String {
        Vec::<SingleManifest>::kind()
    }

    #[cfg(test)]
    fn describe(depth: usize, out: &mut String) {
        Vec::<SingleManifest>::describe(depth, out);
    }

    #[cfg(test)]
    fn sample() -> Self {
        Self(Vec::sample())
    }
}

impl ManifestStatus {
    /// Id of the only one.
    pub const ID: &'static str = "manifests";
}

#[cfg(test)]
mod tests {
    use minos_runtime::Spec as _;
    use serde_json::json;

    use super::*;

    #[test]
    fn values_of_secrets_are_hidden_and_everything_else_stays() {
        let annotation = "kubectl.kubernetes.io/last-applied-configuration";
        let manifest = Manifest {
            items: vec![
                json!({"kind": "ConfigMap", "data": {"key": "open"}}),
                json!({"kind": "Secret", "metadata": {"name": "one", "annotations": {annotation: "copy"}},
                       "type": "Opaque", "data": {"a": "YQ=="}, "stringData": {"b": "b"}}),
                json!({"kind": "List", "items": [{"kind": "Secret", "stringData": {"c": "c"}}]}),
                json!({"kind": "Secret", "data": "not a mapping"}),
            ],
        };
        let redacted = manifest.redacted().expect("manifests are redacted");
        let wanted = vec![
            json!({"kind": "ConfigMap", "data": {"key": "open"}}),
            json!({"kind": "Secret", "metadata": {"name": "one", "annotations": {annotation: HIDDEN}},
                   "type": "Opaque", "data": {"a": HIDDEN}, "stringData": {"b": HIDDEN}}),
            json!({"kind": "List", "items": [{"kind": "Secret", "stringData": {"c": HIDDEN}}]}),
            json!({"kind": "Secret", "data": HIDDEN}),
        ];
        assert_eq!(redacted.items, wanted);
    }
}
