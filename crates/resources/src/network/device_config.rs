//! Links as the main document describes them.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::declare::resource;
use crate::wire::{Field as _, Message};

/// One entry of `machine.network.interfaces`, as it was written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DeviceConfigSpec {
    /// The entry.
    pub device: Value,
}

resource! {
    for DeviceConfigSpec = "DeviceConfigSpecs.net.talos.dev" in super::NAMESPACE =>
    sensitive: true;
}

/// One field: number 1, the entry as YAML.
impl Message for DeviceConfigSpec {
    fn encode_fields(&self, out: &mut Vec<u8>) {
        if !self.is_empty() {
            let yaml = serde_saphyr::to_string(&self.device).unwrap_or_else(|_| self.device.to_string());
            yaml.into_bytes().encode(1, out);
        }
    }

    fn is_empty(&self) -> bool {
        self.device.is_null()
    }

    #[cfg(test)]
    fn describe_fields(depth: usize, out: &mut String) {
        crate::golden::describe::<Vec<u8>>(depth, 1, "-", "", out);
    }

    #[cfg(test)]
    fn full() -> Self {
        Self { device: serde_json::json!({ "interface": "eth0" }) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_entry_is_sent_as_the_yaml_that_upstream_sends() {
        let spec = DeviceConfigSpec { device: serde_json::json!({ "interface": "eth0", "mtu": 1400 }) };
        assert_eq!(spec.to_bytes(), b"\x0a\x1ainterface: eth0\nmtu: 1400\n");
    }
}
