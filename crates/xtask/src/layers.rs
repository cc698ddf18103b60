//! Which crate may depend on which: the layer table as data.

use std::path::Path;

use anyhow::{Context as _, Result, bail};

/// A crate, and the workspace crates that it may use. A new edge is a change of the architecture: say why in
/// `docs/decisions/`.
const ALLOWED: &[(&str, &[&str])] = &[
    // L0: nothing of ours.
    ("runtime", &[]),
    ("api", &["pki"]),
    ("pki", &[]),
    ("cel", &[]),
    ("sys", &[]),
    ("netlink", &[]),
    ("blockdev", &["sys"]),
    // L1
    ("config", &["cel", "pki"]),
    ("install", &["blockdev", "sys", "config"]),
    ("containers", &[]),
    // L2
    ("resources", &["runtime", "config", "pki", "cel"]),
    // L3: L0 traits and resources; no edges among themselves.
    ("network", &["runtime", "resources", "config", "netlink", "sys"]),
    ("storage", &["runtime", "resources", "config", "blockdev", "sys", "install"]),
    ("node", &["runtime", "resources", "config", "sys", "blockdev"]),
    ("services", &["runtime", "resources", "config", "sys", "containers"]),
    ("cri", &["runtime", "resources", "config", "containers"]),
    ("trust", &["runtime", "resources", "config", "pki"]),
    ("membership", &["runtime", "resources", "config", "pki"]),
    ("kubernetes", &["runtime", "resources", "config", "pki"]),
    ("gateway", &["api", "pki", "runtime", "resources"]),
    // L4
    (
        "machined",
        &[
            "runtime",
            "api",
            "pki",
            "sys",
            "netlink",
            "blockdev",
            "config",
            "install",
            "containers",
            "resources",
            "network",
            "storage",
            "node",
            "services",
            "cri",
            "trust",
            "membership",
            "kubernetes",
            "gateway",
        ],
    ),
    ("init", &["sys", "blockdev"]),
    ("parts", &[]),
    ("image", &["parts", "install", "blockdev", "config"]),
    ("localcluster", &["api", "config", "pki", "install", "sys", "netlink"]),
    ("cli", &["api", "config", "pki", "resources", "runtime", "localcluster"]),
    // Development only.
    ("xtask", &[]),
    ("bench", &["runtime", "api", "pki", "config"]),
    ("e2e", &["api", "config", "pki", "localcluster", "netlink", "resources", "runtime", "sys"]),
];

pub fn problems(root: &Path) -> Result<Vec<String>> {
    let mut problems = Vec::new();
    let crates = root.join("crates");
    for entry in std::fs::read_dir(&crates).with_context(|| format!("cannot list {}", crates.display()))? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        let manifest = path.join("Cargo.toml");
        if !manifest.exists() {
            continue;
        }
        let Some((_, allowed)) = ALLOWED.iter().find(|(one, _)| *one == name) else {
            problems.push(format!("crates/{name} is not in the layer table (crates/xtask/src/layers.rs)"));
            continue;
        };
        for used in dependencies(&manifest)? {
            if used != name && !allowed.contains(&used.as_str()) {
                problems.push(format!("crates/{name} may not depend on crates/{used}"));
            }
        }
    }
    problems.sort();
    Ok(problems)
}

/// The workspace crates among the normal and build dependencies.
fn dependencies(manifest: &Path) -> Result<Vec<String>> {
    let text = std::fs::read_to_string(manifest).with_context(|| format!("cannot read {}", manifest.display()))?;
    let table: toml::Table = text.parse().with_context(|| format!("cannot parse {}", manifest.display()))?;
    if !matches!(table.get("lints").and_then(|lints| lints.get("workspace")), Some(toml::Value::Boolean(true))) {
        bail!("{} lacks `[lints] workspace = true`", manifest.display());
    }
    // Those that one system needs are dependencies too.
    let systems = table.get("target").and_then(toml::Value::as_table).into_iter().flat_map(toml::Table::values);
    let tables = systems.filter_map(toml::Value::as_table).chain([&table]);
    let sections = ["dependencies", "build-dependencies"];
    let names = tables.flat_map(|table| sections.iter().filter_map(|section| table.get(*section)?.as_table()));
    let names = names.flat_map(|table| table.keys());
    Ok(names.filter_map(|name| name.strip_prefix("minos-")).map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dependencies_of_one_system_count() {
        let folder = std::env::temp_dir().join(format!("minos-layers-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let manifest = folder.join("Cargo.toml");
        let text = "[dependencies]\nminos-a = \"1\"\nserde = \"1\"\n[lints]\nworkspace = true\n\
                    [target.'cfg(unix)'.dependencies]\nminos-b = \"1\"\n";
        std::fs::write(&manifest, text).unwrap();
        let mut found = dependencies(&manifest).unwrap();
        found.sort();
        assert_eq!(found, ["a", "b"]);
        std::fs::remove_dir_all(folder).unwrap();
    }
}
