//! Objects that a cluster starts with.

use serde_json::Value;

use crate::declare::{message, resource};
use crate::wire::{Field, Structure};

resource! {
    /// Objects that are created together; ids sort in the order of creation.
    #[derive(Default)]
    #[serde(transparent)]
    pub struct Manifest = "Manifests.kubernetes.talos.dev" in super::CONTROL_PLANE_NAMESPACE => {
        /// The objects.
        1 "items" as SingleManifests => items: Vec<Value>,
    }
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
