//! Hardware addresses: a text in the declarations and in YAML, bytes on the wire.

use super::{Field, bytes};

/// A hardware address as it is sent; text that is none is empty.
pub struct HardwareAddress(Vec<u8>);

impl From<&String> for HardwareAddress {
    fn from(text: &String) -> Self {
        let parts = text.split(':').map(|part| u8::from_str_radix(part, 16));
        Self(parts.collect::<Result<_, _>>().unwrap_or_default())
    }
}

impl From<HardwareAddress> for String {
    fn from(address: HardwareAddress) -> Self {
        address.0.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(":")
    }
}

impl Field for HardwareAddress {
    fn is_zero(&self) -> bool {
        self.0.is_empty()
    }

    fn encode(&self, number: u32, out: &mut Vec<u8>) {
        bytes(number, &self.0, out);
    }

    #[cfg(test)]
    fn kind() -> String {
        "bytes".to_owned()
    }

    #[cfg(test)]
    fn sample() -> Self {
        Self(vec![2, 0, 0, 0, 0, 10])
    }
}
