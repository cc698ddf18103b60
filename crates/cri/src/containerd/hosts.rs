//! Where images are pulled from: a `hosts.toml` for each registry, see containerd's registry documentation.

use std::{collections::BTreeMap, fmt::Write as _};

use minos_config::RegistryMirrorView;

/// The folder for all registries that have none of their own.
const DEFAULT: &str = "_default";

/// The folders to write, by name. A name that is no host's is left out: no image is ever asked of it, and it could lead
/// out of the folder.
pub fn folders(mirrors: BTreeMap<String, RegistryMirrorView>) -> BTreeMap<String, RegistryMirrorView> {
    let mut folders = BTreeMap::from([(DEFAULT.to_owned(), RegistryMirrorView::default())]);
    for (registry, mirror) in mirrors {
        match registry.as_str() {
            "*" => folders.insert(DEFAULT.to_owned(), mirror),
            host if host.contains('/') || host.starts_with('.') => continue,
            _ => folders.insert(registry, mirror),
        };
    }
    folders
}

/// The text of a registry's `hosts.toml`; `cache` is the image cache's address, asked before everything else.
pub fn render(mirror: &RegistryMirrorView, cache: Option<&str>) -> String {
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
        let mirror = RegistryMirrorView { endpoints: vec![("https://m".to_owned(), true)], skip_fallback: true };
        let text = render(&mirror, Some("http://127.0.0.1:3172"));
        let table: toml::Table = text.parse().expect("TOML");
        assert_eq!(table["server"].as_str(), Some("https://m"));
        assert!(text.find("127.0.0.1").expect("the cache") < text.rfind("https://m").expect("the mirror"));
    }

    #[test]
    fn every_host_has_its_folder() {
        let names = ["*", "docker.io", "localhost:5000", "../../etc", "..", "ghcr.io/minos"];
        let mirrors = names.map(|name| (name.to_owned(), RegistryMirrorView::default()));
        let folders: Vec<String> = folders(mirrors.into()).into_keys().collect();
        assert_eq!(folders, ["_default", "docker.io", "localhost:5000"]);
    }
}
