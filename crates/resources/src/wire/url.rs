//! URLs: a text in the declarations, the message `URL` on the wire, and a mapping of its parts in YAML.

use serde::ser::SerializeMap as _;
use serde::{Deserialize as _, Deserializer, Serialize, Serializer};
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

/// A URL as YAML has it: its parts in upstream's order.
struct Parts<'a>(&'a str);

impl Serialize for Parts<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Some((scheme, rest)) = self.0.split_once("://") else { return serializer.serialize_none() };
        let (rest, fragment) = rest.split_once('#').unwrap_or((rest, ""));
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
        // Name and password are not shown: only that there are some.
        let (user, host) = match authority.rsplit_once('@') {
            Some((_, host)) => (Some(Map::new()), host),
            None => (None, authority),
        };
        let mut map = serializer.serialize_map(Some(11))?;
        map.serialize_entry("scheme", scheme)?;
        map.serialize_entry("opaque", "")?;
        map.serialize_entry("user", &user)?;
        map.serialize_entry("host", host)?;
        map.serialize_entry("path", path)?;
        map.serialize_entry("fragment", fragment)?;
        map.serialize_entry("rawquery", query)?;
        map.serialize_entry("rawpath", "")?;
        map.serialize_entry("rawfragment", "")?;
        map.serialize_entry("forcequery", &false)?;
        map.serialize_entry("omithost", &false)?;
        map.end()
    }
}

fn from_parts(parts: &Map<String, Value>) -> String {
    let part = |name: &str| parts.get(name).and_then(Value::as_str).unwrap_or_default();
    let behind = |mark: char, text: &str| if text.is_empty() { String::new() } else { format!("{mark}{text}") };
    let (query, fragment) = (behind('?', part("rawquery")), behind('#', part("fragment")));
    format!("{}://{}{}{query}{fragment}", part("scheme"), part("host"), part("path"))
}

/// Writes the parts; an absent URL is `null`.
pub(crate) fn serialize<S: Serializer>(text: &str, serializer: S) -> Result<S::Ok, S::Error> {
    Parts(text).serialize(serializer)
}

/// Reads what [`serialize`] writes; name and password are lost.
pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let parts = Option::<Map<String, Value>>::deserialize(deserializer)?;
    Ok(parts.as_ref().map(from_parts).unwrap_or_default())
}

/// The same for a list of URLs.
pub(crate) mod many {
    use serde::Deserialize as _;

    use super::{Deserializer, Map, Parts, Serializer, Value, from_parts};

    pub(crate) fn serialize<S: Serializer>(texts: &[String], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(texts.iter().map(|text| Parts(text)))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
        let all = Vec::<Option<Map<String, Value>>>::deserialize(deserializer)?;
        Ok(all.iter().map(|parts| parts.as_ref().map(from_parts).unwrap_or_default()).collect())
    }
}

#[cfg(test)]
mod tests {
    use crate::runtime::KmsgLogConfig;

    #[test]
    fn destinations_are_printed_as_upstreams_client_prints_them() {
        let text = "https://user:pass@cluster.example:6443/path?query#fragment";
        let config = KmsgLogConfig { destinations: vec![text.to_owned(), "tcp://192.0.2.1:5044/".to_owned()] };
        let yaml = serde_saphyr::to_string(&config).expect("it is written");
        let wanted = "\
destinations:
- scheme: https
  opaque: \"\"
  user: {}
  host: cluster.example:6443
  path: /path
  fragment: fragment
  rawquery: query
  rawpath: \"\"
  rawfragment: \"\"
  forcequery: false
  omithost: false
- scheme: tcp
  opaque: \"\"
  user: null
  host: 192.0.2.1:5044
  path: /
  fragment: \"\"
  rawquery: \"\"
  rawpath: \"\"
  rawfragment: \"\"
  forcequery: false
  omithost: false
";
        assert_eq!(yaml, wanted);
    }
}
