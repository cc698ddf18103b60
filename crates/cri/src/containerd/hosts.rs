//! Where images are pulled from: a `hosts.toml` for each registry, see containerd's registry documentation.

use std::fmt::Write as _;

/// A registry and the places that are asked before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mirror {
    /// The registry's name; `_default` for all that are not named.
    pub registry: String,
    /// Places that are asked first: address, and whether it holds the whole path (no `/v2` is added).
    pub endpoints: Vec<(String, bool)>,
    /// The registry itself is not asked.
    pub skip_fallback: bool,
}

/// The text of a registry's `hosts.toml`; `cache` is the image cache's address, asked before everything else.
pub fn render(mirror: &Mirror, cache: Option<&str>) -> String {
    let mut text = String::new();
    let mirrors = mirror.endpoints.iter().map(|(address, whole_path)| (address.as_str(), *whole_path));
    let endpoints: Vec<(&str, bool)> = cache.map(|address| (address, false)).into_iter().chain(mirrors).collect();
    if let (true, Some((last, _))) = (mirror.skip_fallback, endpoints.last()) {
        // The last mirror stands for the registry itself.
        text.push_str(&format!("server = {last:?}\n\n"));
    }
    for (endpoint, whole_path) in endpoints {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "[host.{endpoint:?}]\ncapabilities = [\"pull\", \"resolve\"]");
        if whole_path {
            text.push_str("override_path = true\n");
        }
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cache_is_asked_first() {
        let mirror =
            Mirror { registry: "r".to_owned(), endpoints: vec![("https://m".to_owned(), true)], skip_fallback: true };
        let text = render(&mirror, Some("http://127.0.0.1:3172"));
        let table: toml::Table = text.parse().expect("TOML");
        assert_eq!(table["server"].as_str(), Some("https://m"));
        assert!(text.find("127.0.0.1").expect("the cache") < text.rfind("https://m").expect("the mirror"));
    }
}
