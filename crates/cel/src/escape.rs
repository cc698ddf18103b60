//! What a backslash means between quotes.

/// Where in the text, and what is wrong.
type Wrong = (usize, &'static str);

/// The text that is meant.
pub(crate) fn string(text: &str, raw: bool) -> Result<String, Wrong> {
    let mut result = String::with_capacity(text.len());
    read(text, raw, false, &mut |piece| match piece {
        Piece::Char(c) => result.push(c),
        Piece::Byte(byte) => result.push(char::from(byte)),
    })?;
    Ok(result)
}

/// The bytes that are meant; those of a character are its UTF-8.
pub(crate) fn bytes(text: &str, raw: bool) -> Result<Vec<u8>, Wrong> {
    let mut result = Vec::with_capacity(text.len());
    read(text, raw, true, &mut |piece| match piece {
        Piece::Char(c) => result.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        Piece::Byte(byte) => result.push(byte),
    })?;
    Ok(result)
}

enum Piece {
    Char(char),
    Byte(u8),
}

fn read(text: &str, raw: bool, bytes: bool, write: &mut dyn FnMut(Piece)) -> Result<(), Wrong> {
    let mut at = 0;
    while let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) {
        let begin = at;
        at += c.len_utf8();
        match c {
            // Every end of a line counts as the same.
            '\r' => {
                at += usize::from(text.as_bytes().get(at) == Some(&b'\n'));
                write(Piece::Char('\n'));
            }
            '\\' if !raw => {
                let (piece, length) =
                    escaped(text.get(at..).unwrap_or_default(), bytes).map_err(|wrong| (begin, wrong))?;
                at += length;
                write(piece);
            }
            c => write(Piece::Char(c)),
        }
    }
    Ok(())
}

/// What is meant by that which follows a backslash, and how long it is.
fn escaped(rest: &str, bytes: bool) -> Result<(Piece, usize), &'static str> {
    const UNKNOWN: &str =
        "unknown escape; known: \\\\ \\\" \\' \\` \\? \\a \\b \\f \\n \\r \\t \\v \\x41 \\101 \\u0041 \\U00000041";
    let first = rest.chars().next().ok_or(UNKNOWN)?;
    let simple = match first {
        'a' => '\u{7}',
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\u{b}',
        '\\' | '\'' | '"' | '`' | '?' => first,
        'x' | 'X' => return number(rest, 1, 2, 16, bytes),
        'u' | 'U' if bytes => return Err("bytes know no \\u; wanted \\x and two hexadecimal digits"),
        'u' => return number(rest, 1, 4, 16, false),
        'U' => return number(rest, 1, 8, 16, false),
        '0'..='3' => return number(rest, 0, 3, 8, bytes),
        _ => return Err(UNKNOWN),
    };
    Ok((Piece::Char(simple), first.len_utf8()))
}

/// A character or byte by its number.
fn number(rest: &str, skip: usize, digits: usize, base: u32, byte: bool) -> Result<(Piece, usize), &'static str> {
    let text = rest.get(skip..skip + digits).filter(|text| text.chars().all(|c| c.is_digit(base)));
    let value = text.and_then(|text| u32::from_str_radix(text, base).ok()).ok_or(match base {
        8 => "wanted three octal digits, up to \\377",
        _ => "wanted hexadecimal digits: two after \\x, four after \\u, eight after \\U",
    })?;
    let piece = match u8::try_from(value) {
        Ok(value) if byte => Piece::Byte(value),
        _ => Piece::Char(char::from_u32(value).ok_or("there is no character with this number")?),
    };
    Ok((piece, skip + digits))
}
