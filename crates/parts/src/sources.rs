//! Which archive this host uses, read from its own apt sources.

use std::path::Path;

use anyhow::{Context as _, Result};

/// Where Debian's packages come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Archive {
    /// The archive.
    pub main: String,
    /// The archive of security updates.
    pub security: String,
}

/// The archive that the apt configuration in `etc` (usually `/etc/apt`) names.
pub fn archive_of_host(etc: &Path) -> Result<Archive> {
    let mut texts = vec![std::fs::read_to_string(etc.join("sources.list")).unwrap_or_default()];
    if let Ok(entries) = std::fs::read_dir(etc.join("sources.list.d")) {
        let mut files: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
        files.sort();
        let wanted = |path: &&std::path::PathBuf| path.extension().is_some_and(|end| end == "sources" || end == "list");
        texts.extend(files.iter().filter(wanted).filter_map(|file| std::fs::read_to_string(file).ok()));
    }
    let uris: Vec<String> = texts.iter().flat_map(|text| uris(text)).collect();
    let ending = |end: &str| uris.iter().find(|uri| uri.trim_end_matches('/').ends_with(end)).cloned();
    let main = ending("/debian").context("no Debian archive in this host's apt sources; give one with --archive")?;
    let security = ending("/debian-security").unwrap_or_else(|| format!("{}-security", main.trim_end_matches('/')));
    Ok(Archive { main, security })
}

/// The addresses in a sources file, in either format.
fn uris(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.starts_with('#')) {
        if let Some(list) = line.strip_prefix("URIs:") {
            found.extend(list.split_whitespace().map(str::to_owned));
        } else if line.starts_with("deb ") || line.starts_with("deb-src ") {
            found.extend(line.split_whitespace().find(|word| word.contains("://")).map(str::to_owned));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_formats_are_read() {
        let etc = tempfile::tempdir().expect("a folder");
        std::fs::write(
            etc.path().join("sources.list"),
            "# deb http://no/debian x\ndeb [arch=amd64] http://one/debian stable main\n",
        )
        .expect("written");
        let archive = archive_of_host(etc.path()).expect("found");
        assert_eq!(
            (archive.main.as_str(), archive.security.as_str()),
            ("http://one/debian", "http://one/debian-security")
        );
        std::fs::create_dir(etc.path().join("sources.list.d")).expect("made");
        let text = "Types: deb\nURIs: http://two/debian-security\nSuites: x-security\n";
        std::fs::write(etc.path().join("sources.list.d/debian.sources"), text).expect("written");
        assert_eq!(archive_of_host(etc.path()).expect("found").security, "http://two/debian-security");
        let empty = tempfile::tempdir().expect("a folder");
        assert!(archive_of_host(empty.path()).is_err());
    }
}
