//! The container's control groups: its own are the roots that it sees, and it may make others below them.

use std::path::Path;

use minos_sys::{MountFlags, mount, mounts, own_cgroup_namespace, unmount};

use crate::console;
use crate::mounts::MountError;

const ROOT: &str = "/sys/fs/cgroup";
const STRICT: MountFlags = MountFlags::strict();

/// A hierarchy of version 1, as mount(2) wants it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Legacy {
    folder: String,
    options: String,
}

/// Mounts the hierarchies unless they are there, writable, and show the container's own groups as roots.
pub fn prepare() -> Result<(), MountError> {
    let text = std::fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
    let own = are_roots(&text);
    if own && is_writable() {
        return Ok(());
    }
    if !own {
        own_cgroup_namespace().map_err(|source| MountError::new("control groups", Path::new(ROOT), source))?;
    }
    console::say("mounting the control groups anew");
    // Whatever the runner has mounted there goes with everything below it.
    while mounts().unwrap_or_default().iter().any(|mount| mount.target == Path::new(ROOT)) {
        unmount(Path::new(ROOT), true).map_err(|source| MountError::new("control groups", Path::new(ROOT), source))?;
    }
    let add = |kind: &'static str, target: &Path, options: &str| {
        mount(kind, target, kind, STRICT, options).map_err(|source| MountError::new(kind, target, source))
    };
    let legacy = legacy(&text);
    if legacy.is_empty() {
        return add("cgroup2", Path::new(ROOT), "");
    }
    add("tmpfs", Path::new(ROOT), "mode=0755")?;
    for hierarchy in legacy {
        let target = Path::new(ROOT).join(hierarchy.folder);
        drop(std::fs::create_dir_all(&target));
        add("cgroup", &target, &hierarchy.options)?;
    }
    Ok(())
}

/// Whether the groups of PID 1 are the roots of its namespace.
fn are_roots(text: &str) -> bool {
    text.lines().filter_map(|line| line.splitn(3, ':').nth(2)).all(|path| path == "/")
}

fn is_writable() -> bool {
    let mounts = mounts().unwrap_or_default();
    let mut groups = mounts.iter().filter(|mount| mount.filesystem.starts_with("cgroup")).peekable();
    groups.peek().is_some() && groups.all(|mount| mount.options.split(',').any(|option| option == "rw"))
}

/// The hierarchies of version 1 in the text of `/proc/self/cgroup`; none when version 2 has the controllers.
fn legacy(text: &str) -> Vec<Legacy> {
    let lines = text.lines().filter_map(|line| line.split(':').nth(1)).filter(|controllers| !controllers.is_empty());
    let controllers: Vec<&str> = lines.collect();
    if !controllers.iter().any(|list| list.split(',').any(|one| one == "memory")) {
        return Vec::new();
    }
    let hierarchy = |list: &str| match list.strip_prefix("name=") {
        Some(name) => Legacy { folder: name.to_owned(), options: format!("none,{list}") },
        None => Legacy { folder: list.to_owned(), options: list.to_owned() },
    };
    controllers.into_iter().map(hierarchy).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hierarchies_of_version_one_are_mounted_as_they_are_joined() {
        let text = "12:cpu,cpuacct:/docker/1\n4:memory:/docker/1\n1:name=systemd:/docker/1\n0::/docker/1\n";
        let options: Vec<(String, String)> = legacy(text).into_iter().map(|one| (one.folder, one.options)).collect();
        let expected = [("cpu,cpuacct", "cpu,cpuacct"), ("memory", "memory"), ("systemd", "none,name=systemd")];
        assert_eq!(options, expected.map(|(folder, options)| (folder.to_owned(), options.to_owned())));
    }

    #[test]
    fn version_two_is_preferred_where_it_has_the_controllers() {
        assert!(legacy("0::/docker/1\n").is_empty());
        assert!(legacy("1:name=systemd:/\n0::/\n").is_empty());
    }

    #[test]
    fn a_namespace_shows_roots() {
        assert!(are_roots("4:memory:/\n0::/\n"));
        assert!(!are_roots("4:memory:/docker/1\n0::/\n"));
    }
}
