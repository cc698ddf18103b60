//! The text form of identities: a stream of bits, last byte first, six at a time.
//!
//! Of 64 values of six bits two have no letter. So where bits 1 to 4 are all set (30, 31, 62, 63), only five bits are taken:
//! such a letter stands for 30 or 31 and the sixth bit begins the next one. The format is that of the Go package
//! `jxskiss/base62`, which upstream's identities are written with.

const ALPHABET: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
/// Bits 1 to 4.
const SHORT: u32 = 0b1_1110;
const FIVE_BITS: u32 = 0b1_1111;

/// Writes bytes as text.
pub(crate) fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 8 / 5 + 1);
    let mut rest = bytes.iter().rev();
    let (mut buffer, mut filled) = (0u32, 0u32);
    let mut left = bytes.len() * 8;
    while left > 0 {
        while filled < 6
            && let Some(byte) = rest.next()
        {
            buffer |= u32::from(*byte) << filled;
            filled += 8;
        }
        let value = buffer & 0b11_1111;
        let last = left <= 6;
        let short = value & SHORT == SHORT && (!last || value > FIVE_BITS);
        let taken = if short { 5 } else { filled.min(6) };
        let letter = if value & SHORT == SHORT { value & FIVE_BITS } else { value };
        text.push(char::from(ALPHABET[letter as usize]));
        buffer >>= taken;
        filled -= taken;
        left -= taken as usize;
    }
    text
}

/// Reads text back; nothing when a character is no letter of the alphabet.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() * 6 / 8 + 1);
    let (mut buffer, mut filled) = (0u32, 0u32);
    let mut letters = text.bytes().peekable();
    while let Some(letter) = letters.next() {
        let value = u32::try_from(ALPHABET.iter().position(|known| *known == letter)?).ok()?;
        buffer |= value << filled;
        filled += match letters.peek() {
            None => u32::BITS - value.leading_zeros(),
            Some(_) if value & SHORT == SHORT => 5,
            Some(_) => 6,
        };
        if filled >= 8 {
            bytes.push((buffer & 0xff) as u8);
            buffer >>= 8;
            filled -= 8;
        }
    }
    if filled > 0 {
        bytes.push((buffer & 0xff) as u8);
    }
    bytes.reverse();
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn known_identity() {
        let bytes = decode("sou7yy34ykX3n373Zw1DXKb8zD7UnyKT6HT3QDsGH6L").unwrap();
        assert_eq!(hex::encode(&bytes[..16]), "be871ac0d0dd31fa4caca753b0f3f1b2");
        assert_eq!(encode(&bytes), "sou7yy34ykX3n373Zw1DXKb8zD7UnyKT6HT3QDsGH6L");
        assert!(decode("a-b").is_none());
    }

    proptest! {
        #[test]
        fn round_trip(first in 1..=255u8, mut bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            // Leading zero bits are not kept, so the first byte is not zero.
            bytes.insert(0, first);
            prop_assert_eq!(decode(&encode(&bytes)).unwrap(), bytes);
        }
    }
}
