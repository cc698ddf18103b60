//! Specs as protobuf bytes, written on demand and without descriptors.
//!
//! Two traits do it: a [`Message`] is a struct whose fields have numbers (the macros of [`crate::declare`] write the
//! implementation), a [`Field`] is a value that can stand in one. What is left out follows the contract, which is not
//! quite proto3: a message leaves out a field that [is zero](Field::is_zero), but writes an optional value that is
//! present even when the value is zero, and writes every element of a list and of a map.

mod address;
pub(crate) mod base64_bytes;
mod collections;
mod expression;
mod hardware_address;
pub(crate) mod mapping;
mod names;
mod scalars;
mod secret;
mod structure;
pub(crate) mod text;
mod text_bytes;
mod time;
pub(crate) mod url;

pub use expression::Expression;
pub use hardware_address::HardwareAddress;
pub use names::UnknownName;
pub use structure::Structure;
pub(crate) use structure::encode_structured;
pub use text_bytes::{TextBytes, Urls};
pub use time::{Interval, Moment};
pub use url::Url;

use prost::encoding::{WireType, encode_key, encode_varint};

/// A value that can stand in a [`Message`].
pub trait Field: Sized {
    /// Whether it holds nothing, so that the message leaves it out.
    fn is_zero(&self) -> bool;

    /// Appends it under a field number, also when it is zero.
    fn encode(&self, number: u32, out: &mut Vec<u8>);

    /// Appends several under one number: one after the other, unless the type packs them.
    fn encode_all(all: &[Self], number: u32, out: &mut Vec<u8>) {
        for one in all {
            one.encode(number, out);
        }
    }

    /// What it is on the wire, in the words of `testdata/pinned`.
    #[cfg(test)]
    fn kind() -> String;

    /// What a list of them is on the wire.
    #[cfg(test)]
    fn kind_of_many() -> String {
        format!("repeated {}", Self::kind())
    }

    /// The fields inside, when it is a message that this crate declares.
    #[cfg(test)]
    fn describe(_depth: usize, _out: &mut String) {}

    /// A value that is not zero.
    #[cfg(test)]
    fn sample() -> Self;
}

/// A struct whose fields have numbers.
pub trait Message: Sized {
    /// Appends every field that is not zero, in the order of the declaration.
    fn encode_fields(&self, out: &mut Vec<u8>);

    /// Whether all fields are zero.
    fn is_empty(&self) -> bool;

    /// The message as bytes.
    fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.encode_fields(&mut out);
        out
    }

    /// One line for each field, those of messages inside indented below.
    #[cfg(test)]
    fn describe_fields(depth: usize, out: &mut String);

    /// A message in which no field is zero.
    #[cfg(test)]
    fn full() -> Self;
}

impl<M: Message> Field for M {
    fn is_zero(&self) -> bool {
        self.is_empty()
    }

    fn encode(&self, number: u32, out: &mut Vec<u8>) {
        bytes(number, &self.to_bytes(), out);
    }

    #[cfg(test)]
    fn kind() -> String {
        "message".to_owned()
    }

    #[cfg(test)]
    fn describe(depth: usize, out: &mut String) {
        M::describe_fields(depth, out);
    }

    #[cfg(test)]
    fn sample() -> Self {
        M::full()
    }
}

/// Appends a field of one integer.
fn varint(number: u32, value: u64, out: &mut Vec<u8>) {
    encode_key(number, WireType::Varint, out);
    encode_varint(value, out);
}

/// Appends a field of bytes: a text, a message or packed integers.
fn bytes(number: u32, value: &[u8], out: &mut Vec<u8>) {
    encode_key(number, WireType::LengthDelimited, out);
    encode_varint(value.len() as u64, out);
    out.extend_from_slice(value);
}

/// As [`bytes`], but left out when empty: the rule inside the messages that all resources share.
fn some_bytes(number: u32, value: &[u8], out: &mut Vec<u8>) {
    if !value.is_empty() {
        bytes(number, value, out);
    }
}

/// As [`varint`], but left out when zero: the rule inside the messages that all resources share.
fn some_varint(number: u32, value: u64, out: &mut Vec<u8>) {
    if value != 0 {
        varint(number, value, out);
    }
}
