//! What a client of the registry asks for.

use hyper::header::{ACCEPT, HeaderMap};

/// A path of the distribution protocol.
#[derive(Debug, PartialEq, Eq)]
pub enum Asked {
    /// Whether this is a registry.
    Base,
    /// A manifest: name, and tag or digest.
    Manifest(String, String),
    /// A blob: its digest.
    Blob(String),
}

/// Reads `/v2/<name>/manifests/<reference>` or `/v2/<name>/blobs/<digest>`; the name may hold slashes.
pub fn parse(path: &str) -> Option<Asked> {
    let path = decode(path)?;
    let rest = path.strip_prefix("/v2")?;
    if rest.is_empty() || rest == "/" {
        return Some(Asked::Base);
    }
    let (before, reference) = rest.strip_prefix('/')?.rsplit_once('/')?;
    let (name, kind) = before.rsplit_once('/')?;
    match kind {
        "manifests" => Some(Asked::Manifest(name.to_owned(), reference.to_owned())),
        "blobs" => Some(Asked::Blob(reference.to_owned())),
        _ => None,
    }
}

/// The registry that a client means who asks here in its place: containerd's query `ns=`.
pub fn namespace(query: &str) -> Option<String> {
    query.split('&').find_map(|pair| pair.strip_prefix("ns=")).and_then(decode)
}

/// Percent-decodes; nothing when an escape is broken or the text is no UTF-8.
fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => hex(rest.next()?)? << 4 | hex(rest.next()?)?,
            byte => byte,
        });
    }
    String::from_utf8(bytes).ok()
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

/// The media types that a client takes.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Accept(Vec<String>);

impl Accept {
    /// Of a request; one without the header takes everything.
    pub fn of(headers: &HeaderMap) -> Self {
        let texts = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
        Self(texts.flat_map(|text| text.split(',')).filter_map(range).collect())
    }

    /// Whether it takes this media type.
    pub fn takes(&self, kind: &str) -> bool {
        let family = kind.split('/').next().unwrap_or_default();
        let covers = |range: &String| range == "*/*" || range == kind || *range == format!("{family}/*");
        self.0.is_empty() || self.0.iter().any(covers)
    }
}

/// A media range without its parameters; none when its weight is zero, which excludes it.
fn range(text: &str) -> Option<String> {
    let mut words = text.split(';').map(str::trim);
    let range = words.next().filter(|range| !range.is_empty())?.to_ascii_lowercase();
    let excluded = words.any(|word| word.strip_prefix("q=").and_then(|weight| weight.parse().ok()) == Some(0.0));
    (!excluded).then_some(range)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_may_hold_slashes_and_escapes() {
        let manifest = |name: &str, reference: &str| Some(Asked::Manifest(name.to_owned(), reference.to_owned()));
        assert_eq!(parse("/v2/"), Some(Asked::Base));
        assert_eq!(parse("/v2"), Some(Asked::Base));
        assert_eq!(parse("/v2/a/b/manifests/v1"), manifest("a/b", "v1"));
        assert_eq!(parse("/v2/a/manifests/sha256%3Ax"), manifest("a", "sha256:x"));
        assert_eq!(parse("/v2/a/blobs/sha256:x"), Some(Asked::Blob("sha256:x".to_owned())));
        assert_eq!(parse("/v2/a/tags/list"), None);
        assert_eq!(parse("/v20/a/manifests/1"), None);
    }

    #[test]
    fn a_registry_with_a_port_is_percent_decoded() {
        let of = |query: &str| namespace(query);
        assert_eq!(of("x=1&ns=images.local").as_deref(), Some("images.local"));
        assert_eq!(of("ns=images.local%3A5000").as_deref(), Some("images.local:5000"));
        assert_eq!(of("ns=%5Bfd00%3a%3a1%5d%3A5000").as_deref(), Some("[fd00::1]:5000"));
        assert_eq!(of("ns=broken%3").as_deref(), None);
        assert_eq!(of("ns=%ff").as_deref(), None);
    }

    #[test]
    fn accepted_types_are_read_from_every_header() {
        let accept = |texts: &[&str]| {
            let mut headers = HeaderMap::new();
            for text in texts {
                headers.append(ACCEPT, text.parse().unwrap());
            }
            Accept::of(&headers)
        };
        assert!(accept(&[]).takes("a/b"));
        assert!(accept(&["x/y", "c/d;q=0.5, a/b"]).takes("a/b"));
        assert!(accept(&["x/y, */*;q=0.1"]).takes("a/b"));
        assert!(accept(&["a/*"]).takes("a/b"));
        assert!(!accept(&["x/y, a/b;q=0"]).takes("a/b"));
        assert!(!accept(&["x/y"]).takes("a/b"));
    }
}
