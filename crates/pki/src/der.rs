//! The little of DER that is read and written by hand.

pub(crate) const INTEGER: u8 = 0x02;
pub(crate) const BIT_STRING: u8 = 0x03;
pub(crate) const OCTET_STRING: u8 = 0x04;
pub(crate) const UTF8_STRING: u8 = 0x0c;
pub(crate) const PRINTABLE_STRING: u8 = 0x13;
pub(crate) const SEQUENCE: u8 = 0x30;
pub(crate) const SET: u8 = 0x31;

/// Bytes of tag and length at the start of an element.
pub(crate) fn header_length(der: &[u8]) -> usize {
    match der.get(1) {
        Some(length) if *length >= 0x80 => 2 + usize::from(length & 0x7f),
        _ => 2,
    }
}

/// Bytes of the whole element at the start.
pub(crate) fn total_length(der: &[u8]) -> Option<usize> {
    let header = header_length(der);
    let first = *der.get(1)?;
    let length = if first < 0x80 {
        usize::from(first)
    } else {
        der.get(2..header)?.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte))
    };
    Some(header + length)
}

/// One DER element with definite length.
pub(crate) fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    let length = content.len();
    if let Ok(short @ 0..0x80) = u8::try_from(length) {
        out.push(short);
    } else {
        let bytes: Vec<u8> = length.to_be_bytes().into_iter().skip_while(|byte| *byte == 0).collect();
        out.push(0x80 | bytes.len() as u8);
        out.extend(bytes);
    }
    out.extend_from_slice(content);
    out
}

/// The content of the first element, which must have this tag, and what follows the element.
pub(crate) fn open(der: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    if *der.first()? != tag {
        return None;
    }
    let end = total_length(der)?;
    Some((der.get(header_length(der)..end)?, der.get(end..)?))
}
