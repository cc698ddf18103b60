//! The machine configuration that the node runs with.

use std::ops::Deref;

use minos_config::Config;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

use crate::declare::resource;
use crate::wire::{Field as _, Message};

/// The machine configuration; as YAML one string, the text as it was written. Dereferences to [`Config`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MachineConfig(pub Config);

impl MachineConfig {
    /// Id of the configuration in effect.
    pub const ID: &'static str = "v1alpha1";
    /// Id of the configuration on STATE.
    pub const PERSISTENT_ID: &'static str = "persistent";
}

impl Deref for MachineConfig {
    type Target = Config;

    fn deref(&self) -> &Config {
        &self.0
    }
}

impl Serialize for MachineConfig {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.encode())
    }
}

impl<'de> Deserialize<'de> for MachineConfig {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Config::parse(text.as_bytes()).map(|(config, _)| Self(config)).map_err(D::Error::custom)
    }
}

resource! {
    for MachineConfig = "MachineConfigs.config.talos.dev" in "config" =>
    // Without it clients take the YAML for that of older nodes, which sent the documents themselves instead of one text.
    annotations: ["talos.dev/yaml-spec" => "1"];
    sensitive: true;
}

/// One field: number 1, the text as bytes.
impl Message for MachineConfig {
    fn encode_fields(&self, out: &mut Vec<u8>) {
        self.0.encode().as_bytes().to_vec().encode(1, out);
    }

    fn is_empty(&self) -> bool {
        self.0.encode().is_empty()
    }

    #[cfg(test)]
    fn describe_fields(depth: usize, out: &mut String) {
        crate::golden::describe::<Vec<u8>>(depth, 1, "-", "", out);
    }

    #[cfg(test)]
    fn full() -> Self {
        Self(Config::parse(b"version: v1alpha1\nmachine:\n  type: worker\n").expect("it is valid").0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yaml_is_the_text_and_protobuf_wraps_it() {
        let text = format!("version: v1alpha1\nmachine:\n  type: worker\n{}", "# padding\n".repeat(20));
        let resource = MachineConfig(Config::parse(text.as_bytes()).unwrap().0);
        let json = serde_json::to_value(&resource).unwrap();
        assert_eq!(json, serde_json::Value::String(text.clone()));
        assert_eq!(serde_json::from_value::<MachineConfig>(json).unwrap(), resource);
        let bytes = resource.to_bytes();
        assert_eq!(bytes[0], 0x0a);
        assert_eq!(usize::from(bytes[1] & 0x7f) | usize::from(bytes[2]) << 7, text.len());
        assert_eq!(&bytes[3..], text.as_bytes());
    }
}
