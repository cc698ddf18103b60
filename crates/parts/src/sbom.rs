//! What the images are made of, as SPDX 2.3.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use crate::debian::Fetched;

/// Writes the bill: Debian packages, and the modules that Go has written into its programs.
pub fn write(to: &Path, packages: &[Fetched], programs: &BTreeMap<String, PathBuf>) -> Result<()> {
    let mut listed: BTreeMap<String, Value> = packages
        .iter()
        .map(|package| {
            let purl = format!("pkg:deb/debian/{}@{}", package.name, package.version);
            (purl.clone(), entry(&package.name, &package.version, &purl))
        })
        .collect();
    for folder in programs.values() {
        for (module, version) in modules(folder)? {
            let purl = format!("pkg:golang/{module}@{version}");
            listed.insert(purl.clone(), entry(&module, &version, &purl));
        }
    }
    let document = json!({
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": "minos-images",
        "documentNamespace": "https://minos.invalid/spdx/images",
        "creationInfo": { "created": "1970-01-01T00:00:00Z", "creators": ["Tool: minos-parts"] },
        "packages": listed.into_values().collect::<Vec<_>>(),
    });
    std::fs::write(to, serde_json::to_string_pretty(&document)?)
        .with_context(|| format!("cannot write {}", to.display()))
}

fn entry(name: &str, version: &str, purl: &str) -> Value {
    let id: String = purl.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '-' }).collect();
    json!({
        "SPDXID": format!("SPDXRef-{id}"),
        "name": name,
        "versionInfo": version,
        "downloadLocation": "NOASSERTION",
        "filesAnalyzed": false,
        "externalRefs": [{ "referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": purl }],
    })
}

/// The modules of all Go programs of a folder.
fn modules(folder: &Path) -> Result<Vec<(String, String)>> {
    let output = Command::new("go").args(["version", "-m"]).arg(folder).output().context("go is missing")?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    // A replaced module's line is followed by one with `=>`, which is what was built.
    let lines = text.lines().map(str::trim).filter(|line| line.starts_with("dep\t") || line.starts_with("=>\t"));
    Ok(lines
        .filter_map(|line| {
            let mut words = line.split('\t').skip(1);
            Some((words.next()?.to_owned(), words.next()?.to_owned()))
        })
        .collect())
}
