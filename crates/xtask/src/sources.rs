//! Rules about source files: no file too long, no unsafe code outside the kernel boundary, no memory reclaimed by request.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

/// The longest that a source file may be, in lines.
const LONGEST: usize = 800;
/// The crates that talk to the kernel, the only ones with unsafe code.
const BOUNDARY: [&str; 3] = ["sys", "netlink", "blockdev"];

/// Files by which the kernel is asked to reclaim memory, as words without the dot between them. Such a write lasts until the
/// memory is free; what serves the API and KubePrism on that thread stands still, and Kubernetes loses its leases.
const RECLAIM: [(&str, &str); 2] = [("memory", "reclaim"), ("memory", "force_empty")];

pub fn problems(root: &Path) -> Result<Vec<String>> {
    let mut problems = Vec::new();
    let mut files = Vec::new();
    collect(&root.join("crates"), &mut files)?;
    for file in files {
        let text = std::fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
        let shown = file.strip_prefix(root).unwrap_or(&file).display().to_string();
        let lines = text.lines().count();
        if lines > LONGEST {
            problems.push(format!("{shown} has {lines} lines; {LONGEST} are allowed"));
        }
        check_unsafe(&shown, &text, &mut problems);
        check_reclaim(&shown, &text, &mut problems);
    }
    problems.sort();
    Ok(problems)
}

fn check_unsafe(shown: &str, text: &str, problems: &mut Vec<String>) {
    let owner = shown.split('/').nth(1).unwrap_or_default();
    if BOUNDARY.contains(&owner) {
        return;
    }
    let is_root = ["src/lib.rs", "src/main.rs"].iter().any(|root| shown.ends_with(&format!("{owner}/{root}")));
    let forbids = ["#![forbid(", "unsafe_code)]"].concat();
    if is_root && !text.contains(&forbids) {
        problems.push(format!("{shown} lacks `{forbids}`"));
    }
}

fn check_reclaim(shown: &str, text: &str, problems: &mut Vec<String>) {
    for (first, second) in RECLAIM {
        let name = format!("{first}.{second}");
        if text.contains(&name) {
            problems.push(format!("{shown} names {name}: a node stands still while the kernel reclaims memory"));
        }
    }
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    for entry in std::fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_has_the_kernel_reclaim_memory() {
        let mut found = Vec::new();
        for (first, second) in RECLAIM {
            check_reclaim("crates/node/src/memory.rs", &format!("group.write(\"{first}.{second}\", size)"), &mut found);
        }
        assert_eq!(found.len(), 2, "{found:?}");

        let found = problems(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")).unwrap();
        assert!(found.iter().all(|problem| !problem.contains("reclaims memory")), "{found:?}");
    }
}
