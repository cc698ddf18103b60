//! Protobuf bytes for people, read without knowing the message.

use std::fmt::Write as _;

/// One line for each field, `number kind value`; what reads as a message is indented below its field.
pub fn message(bytes: &[u8]) -> String {
    let mut out = String::new();
    assert!(fields(bytes, 0, &mut out), "a message is a list of fields: {bytes:02x?}");
    out
}

fn fields(mut rest: &[u8], depth: usize, out: &mut String) -> bool {
    let indent = "  ".repeat(depth);
    while !rest.is_empty() {
        let Some(key) = varint(&mut rest) else { return false };
        let number = key >> 3;
        if number == 0 {
            return false;
        }
        let line = match key & 7 {
            0 => varint(&mut rest).map(|value| format!("varint {}", value.cast_signed())),
            1 => take(&mut rest, 8).map(|value| {
                let value: [u8; 8] = value.try_into().expect("eight were taken");
                format!("double {}", f64::from_le_bytes(value))
            }),
            2 => varint(&mut rest)
                .and_then(|length| take(&mut rest, usize::try_from(length).ok()?))
                .map(|value| content(value, depth)),
            _ => None,
        };
        let Some(line) = line else { return false };
        writeln!(out, "{indent}{number} {line}").expect("strings take everything");
    }
    true
}

fn content(value: &[u8], depth: usize) -> String {
    let text = std::str::from_utf8(value).ok().filter(|text| !text.is_empty() && !text.contains(char::is_control));
    if let Some(text) = text {
        return format!("text {text:?}");
    }
    let mut inner = String::new();
    if !value.is_empty() && fields(value, depth + 1, &mut inner) {
        return format!("message\n{}", inner.trim_end());
    }
    format!("bytes {value:02x?}")
}

fn take<'a>(rest: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (taken, left) = rest.split_at_checked(length)?;
    *rest = left;
    Some(taken)
}

fn varint(rest: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let (first, left) = rest.split_first()?;
        *rest = left;
        value |= u64::from(first & 0x7f) << shift;
        if first & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}
