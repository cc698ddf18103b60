//! Values without a declared shape: `google.protobuf.Struct`.

use prost::encoding::{WireType, encode_key};
use serde::Serialize;
use serde_json::{Map, Value};

use super::{Field, bytes, varint};

/// Any JSON object, for example a Kubernetes object.
pub type Structure = Map<String, Value>;

impl Field for Structure {
    fn is_zero(&self) -> bool {
        self.is_empty()
    }

    fn encode(&self, number: u32, out: &mut Vec<u8>) {
        bytes(number, &object(self), out);
    }

    #[cfg(test)]
    fn kind() -> String {
        "Struct".to_owned()
    }

    #[cfg(test)]
    fn sample() -> Self {
        let sample = serde_json::json!({ "key": [1, "text", true, null, { "inner": 1.5 }] });
        sample.as_object().expect("it is an object").clone()
    }
}

/// An object where the declaration says so; anything else is written as an empty one.
impl Field for Value {
    fn is_zero(&self) -> bool {
        self.is_null()
    }

    fn encode(&self, number: u32, out: &mut Vec<u8>) {
        bytes(number, &self.as_object().map(object).unwrap_or_default(), out);
    }

    #[cfg(test)]
    fn kind() -> String {
        "Struct".to_owned()
    }

    #[cfg(test)]
    fn sample() -> Self {
        Value::Object(Structure::sample())
    }
}

/// A value as the message `Value` of what serde makes of it.
pub(crate) fn encode_structured<T: Serialize>(value_of: &T, number: u32, out: &mut Vec<u8>) {
    let json = serde_json::to_value(value_of).unwrap_or_default();
    bytes(number, &value(&json), out);
}

/// The message `Struct`: a map (1) from name to `Value`.
fn object(object: &Structure) -> Vec<u8> {
    let mut out = Vec::new();
    for (name, one) in object {
        let mut entry = Vec::new();
        bytes(1, name.as_bytes(), &mut entry);
        bytes(2, &value(one), &mut entry);
        bytes(1, &entry, &mut out);
    }
    out
}

/// The message `Value`: one of null (1), number (2), text (3), boolean (4), object (5) and list (6).
fn value(from: &Value) -> Vec<u8> {
    let mut out = Vec::new();
    match from {
        Value::Null => varint(1, 0, &mut out),
        Value::Bool(value) => varint(4, u64::from(*value), &mut out),
        Value::Number(number) => {
            encode_key(2, WireType::SixtyFourBit, &mut out);
            out.extend_from_slice(&number.as_f64().unwrap_or_default().to_le_bytes());
        }
        Value::String(text) => bytes(3, text.as_bytes(), &mut out),
        Value::Object(inner) => bytes(5, &object(inner), &mut out),
        Value::Array(list) => {
            let mut values = Vec::new();
            for one in list {
                bytes(1, &value(one), &mut values);
            }
            bytes(6, &values, &mut out);
        }
    }
    out
}
