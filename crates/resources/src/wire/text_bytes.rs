//! Texts that are bytes on the wire, and lists of URLs.

use super::{Field, Url, bytes};

/// A text as bytes.
pub struct TextBytes(Vec<u8>);

/// Several URLs.
pub struct Urls(Vec<Url>);

impl From<&String> for TextBytes {
    fn from(text: &String) -> Self {
        Self(text.clone().into_bytes())
    }
}

impl From<TextBytes> for String {
    fn from(bytes: TextBytes) -> Self {
        Self::from_utf8_lossy(&bytes.0).into_owned()
    }
}

impl From<&Vec<String>> for Urls {
    fn from(texts: &Vec<String>) -> Self {
        Self(texts.iter().map(Url::from).collect())
    }
}

#[cfg(test)]
impl From<Urls> for Vec<String> {
    fn from(urls: Urls) -> Self {
        urls.0.into_iter().map(String::from).collect()
    }
}

impl Field for TextBytes {
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
        Self(b"text".to_vec())
    }
}

impl Field for Urls {
    fn is_zero(&self) -> bool {
        self.0.is_empty()
    }

    fn encode(&self, number: u32, out: &mut Vec<u8>) {
        self.0.encode(number, out);
    }

    #[cfg(test)]
    fn kind() -> String {
        Vec::<Url>::kind()
    }

    #[cfg(test)]
    fn sample() -> Self {
        Self(Vec::sample())
    }
}
