//! Numbers, booleans and texts.

use prost::encoding::{WireType, encode_key, encode_varint};

use super::{Field, bytes, varint};

/// Integers are variable-length; negative ones are extended to 64 bits. Lists of them are packed.
macro_rules! integers {
    ($($type:ty),*) => { $(
        impl Field for $type {
            fn is_zero(&self) -> bool {
                *self == 0
            }

            #[allow(clippy::cast_lossless, clippy::cast_sign_loss, reason = "the wire wants the sign extended")]
            fn encode(&self, number: u32, out: &mut Vec<u8>) {
                varint(number, *self as i64 as u64, out);
            }

            fn encode_all(all: &[Self], number: u32, out: &mut Vec<u8>) {
                let mut packed = Vec::new();
                for one in all {
                    encode_varint(*one as i64 as u64, &mut packed);
                }
                bytes(number, &packed, out);
            }

            #[cfg(test)]
            fn kind() -> String {
                "varint".to_owned()
            }

            #[cfg(test)]
            fn sample() -> Self {
                7
            }
        }
    )* };
}

integers!(i16, u16, i32, u32, i64, u64);

/// A list of bytes is one value.
impl Field for u8 {
    fn is_zero(&self) -> bool {
        *self == 0
    }

    fn encode(&self, number: u32, out: &mut Vec<u8>) {
        varint(number, u64::from(*self), out);
    }

    fn encode_all(all: &[Self], number: u32, out: &mut Vec<u8>) {
        bytes(number, all, out);
    }

    #[cfg(test)]
    fn kind() -> String {
        "varint".to_owned()
    }

    #[cfg(test)]
    fn kind_of_many() -> String {
        "bytes".to_owned()
    }

    #[cfg(test)]
    fn sample() -> Self {
        7
    }
}

impl Field for bool {
    fn is_zero(&self) -> bool {
        !*self
    }

    fn encode(&self, number: u32, out: &mut Vec<u8>) {
        varint(number, u64::from(*self), out);
    }

    #[cfg(test)]
    fn kind() -> String {
        "bool".to_owned()
    }

    #[cfg(test)]
    fn sample() -> Self {
        true
    }
}

impl Field for f64 {
    fn is_zero(&self) -> bool {
        self.to_bits() == 0
    }

    fn encode(&self, number: u32, out: &mut Vec<u8>) {
        encode_key(number, WireType::SixtyFourBit, out);
        out.extend_from_slice(&self.to_le_bytes());
    }

    #[cfg(test)]
    fn kind() -> String {
        "double".to_owned()
    }

    #[cfg(test)]
    fn sample() -> Self {
        1.5
    }
}

impl Field for String {
    fn is_zero(&self) -> bool {
        self.is_empty()
    }

    fn encode(&self, number: u32, out: &mut Vec<u8>) {
        bytes(number, self.as_bytes(), out);
    }

    #[cfg(test)]
    fn kind() -> String {
        "string".to_owned()
    }

    #[cfg(test)]
    fn sample() -> Self {
        "text".to_owned()
    }
}
