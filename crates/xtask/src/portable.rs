//! What a client needs on every system: no I/O, no async runtime, nothing that only Linux has.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, bail};

/// The crates of the workspace that have to be portable.
const PORTABLE: &[&str] = &["cel", "config", "pki"];
/// Where they have to build. On each the same crates are needed: one that only Linux needs is none for the others.
const TARGETS: &[&str] = &["x86_64-unknown-linux-gnu", "aarch64-apple-darwin", "x86_64-pc-windows-msvc"];
/// Async runtimes, and what brings one.
const RUNTIMES: &[&str] =
    &["tokio", "mio", "async-std", "async-executor", "smol", "hyper", "tonic", "futures-executor"];
/// Parts of the standard library that do I/O or are there on some systems only.
const IO: &[&str] =
    &["std::fs", "std::os::", "std::env", "std::process", "std::thread", "std::net::Tcp", "std::net::Udp"];

pub fn problems(root: &Path) -> Result<Vec<String>> {
    let mut problems = Vec::new();
    for name in PORTABLE {
        let trees = TARGETS.iter().map(|target| tree(root, name, target)).collect::<Result<Vec<_>>>()?;
        problems.extend(unlike(name, &trees));
        let runtimes = RUNTIMES.iter().filter(|runtime| trees.iter().any(|tree| tree.contains(**runtime)));
        problems.extend(runtimes.map(|runtime| format!("crates/{name} is portable, but depends on {runtime}")));
        sources(root, &root.join("crates").join(name).join("src"), &mut problems)?;
    }
    Ok(problems)
}

/// The crates that a crate needs on a system.
fn tree(root: &Path, name: &str, target: &str) -> Result<BTreeSet<String>> {
    let package = format!("minos-{name}");
    let arguments = ["tree", "--locked", "--package", &package, "--edges", "normal", "--target", target];
    let output = Command::new(env!("CARGO"))
        .args(arguments)
        .args(["--prefix", "none", "--format", "{p}"])
        .current_dir(root)
        .output()
        .context("cannot run cargo")?;
    if !output.status.success() {
        bail!("cargo tree: {}", String::from_utf8_lossy(&output.stderr));
    }
    let text = String::from_utf8(output.stdout)?;
    Ok(text.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect())
}

/// What is not needed everywhere.
fn unlike(name: &str, trees: &[BTreeSet<String>]) -> Vec<String> {
    let everywhere =
        trees.iter().cloned().reduce(|common, tree| common.intersection(&tree).cloned().collect()).unwrap_or_default();
    let mut found = Vec::new();
    for (target, tree) in TARGETS.iter().zip(trees) {
        for only in tree.difference(&everywhere) {
            found.push(format!("crates/{name} is portable, but depends on {only} on {target} and not everywhere"));
        }
    }
    found
}

fn sources(root: &Path, folder: &Path, problems: &mut Vec<String>) -> Result<()> {
    for entry in std::fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            sources(root, &path, problems)?;
        } else if !path.ends_with("tests.rs") {
            let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
            let shipped = text.split("#[cfg(test)]").next().unwrap_or_default();
            let shown = path.strip_prefix(root).unwrap_or(&path).display();
            problems.extend(
                IO.iter()
                    .filter(|part| shipped.contains(**part))
                    .map(|part| format!("{shown} is portable, but uses {part}")),
            );
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_one_system_needs_is_found() {
        let tree = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
        let same = tree(&["serde", "time"]);
        assert!(unlike("x", &[same.clone(), same.clone(), same.clone()]).is_empty());
        let found = unlike("x", &[tree(&["serde", "time", "rustix"]), same.clone(), same]);
        assert_eq!(found.len(), 1);
        assert!(found[0].contains("rustix on x86_64-unknown-linux-gnu"), "{found:?}");
    }
}
