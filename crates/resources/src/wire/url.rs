//! URLs: a text in the declarations, the message `URL` on the wire, and a mapping of its parts in YAML.

use serde::ser::SerializeMap as _;
use serde::{Deserialize as _, Deserializer, Serializer};
use serde_json::{Map, Value};

use super::{Field, bytes, some_bytes};

/// A URL as it is sent; the field that holds it is a text.
pub struct Url(String);

impl From<&String> for Url {
    fn from(text: &String) -> Self {
        Self(text.clone())
    }
}

impl From<Url> for String {
    fn from(url: Url) -> Self {
        url.0
    }
}

impl Field for Url {
    fn is_zero(&self) -> bool {
        self.0.is_empty()
    }

    fn encode(&self, number: u32, out: &mut Vec<u8>) {
        let mut message = Vec::new();
        some_bytes(1, self.0.as_bytes(), &mut message);
        bytes(number, &message, out);
    }

    #[cfg(test)]
    fn kind() -> String {
        "URL".to_owned()
    }

    #[cfg(test)]
    fn sample() -> Self {
        Self("https://cluster.example:6443/path?query#fragment".to_owned())
    }
}

/// Writes the parts; an absent URL is `null`.
pub(crate) fn serialize<S: Serializer>(text: &str, serializer: S) -> Result<S::Ok, S::Error> {
    let Some((scheme, rest)) = text.split_once("://") else { return serializer.serialize_none() };
    let (rest, fragment) = rest.split_once('#').unwrap_or((rest, ""));
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (host, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
    let mut map = serializer.serialize_map(Some(11))?;
    map.serialize_entry("scheme", scheme)?;
    map.serialize_entry("opaque", "")?;
    map.serialize_entry("user", &None::<()>)?;
    map.serialize_entry("host", host)?;
    map.serialize_entry("path", path)?;
    map.serialize_entry("rawpath", "")?;
    map.serialize_entry("omithost", &false)?;
    map.serialize_entry("forcequery", &false)?;
    map.serialize_entry("rawquery", query)?;
    map.serialize_entry("fragment", fragment)?;
    map.serialize_entry("rawfragment", "")?;
    map.end()
}

/// Reads what [`serialize`] writes.
pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let Some(parts) = Option::<Map<String, Value>>::deserialize(deserializer)? else { return Ok(String::new()) };
    let part = |name: &str| parts.get(name).and_then(Value::as_str).unwrap_or_default();
    let behind = |mark: char, text: &str| if text.is_empty() { String::new() } else { format!("{mark}{text}") };
    let (query, fragment) = (behind('?', part("rawquery")), behind('#', part("fragment")));
    Ok(format!("{}://{}{}{query}{fragment}", part("scheme"), part("host"), part("path")))
}
