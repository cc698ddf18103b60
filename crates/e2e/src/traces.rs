//! What a node could change on its host or leave there.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Kernel parameters that are counters, or that change by themselves.
const VOLATILE: [&str; 12] = [
    "fs/aio-nr",
    "fs/binfmt_misc",
    "fs/dentry-state",
    "fs/file-nr",
    "fs/inode-nr",
    "fs/inode-state",
    "kernel/ns_last_pid",
    "kernel/perf_event_max_sample_rate",
    "kernel/pty/nr",
    "kernel/random",
    "kernel/tainted",
    "net/netfilter/nf_conntrack_count",
];

/// Kernel parameters and their values.
pub type Parameters = BTreeMap<PathBuf, String>;

/// The parameters in these folders of `/proc/sys`.
pub fn parameters(folders: &[&str]) -> Parameters {
    let mut found = Parameters::new();
    folders.iter().for_each(|folder| read_all(&Path::new("/proc/sys").join(folder), &mut found));
    found
}

/// The parameters that had another value before, each with both. New ones come with the kernel's modules.
pub fn changed(before: &Parameters, now: &Parameters) -> Vec<String> {
    let both = before.iter().filter_map(|(path, old)| Some((path, old, now.get(path)?)));
    let changed = both.filter(|(_, old, new)| old != new);
    changed.map(|(path, old, new)| format!("{}: {old:?} -> {new:?}", path.display())).collect()
}

/// All control groups.
pub fn groups() -> BTreeSet<PathBuf> {
    let mut found = BTreeSet::new();
    walk(Path::new("/sys/fs/cgroup"), &mut found);
    found
}

/// All processes that have a program, by id. One that has ended and that nobody has waited for yet is none.
pub fn processes() -> BTreeMap<i32, String> {
    let pids = children("/proc").into_iter().filter_map(|path| path.file_name()?.to_str()?.parse::<i32>().ok());
    pids.filter_map(|pid| Some((pid, command(pid)?))).collect()
}

/// The namespaces of all threads of all processes, as the links of `/proc` name them.
pub fn namespaces() -> BTreeSet<PathBuf> {
    let threads = processes().into_keys().flat_map(|pid| children(format!("/proc/{pid}/task")));
    threads.flat_map(|thread| links(&thread.join("ns"))).collect()
}

/// The namespaces of one process.
pub fn namespaces_of(pid: i32) -> BTreeSet<PathBuf> {
    links(Path::new(&format!("/proc/{pid}/ns")))
}

/// All mounts of this thread's namespace.
pub fn mounts() -> Vec<String> {
    let text = std::fs::read_to_string("/proc/thread-self/mountinfo").unwrap_or_default();
    text.lines().map(str::to_owned).collect()
}

/// The text of a file of the kernel, without the line's end.
pub fn text(path: impl AsRef<Path>) -> String {
    std::fs::read_to_string(path).unwrap_or_default().trim_end().to_owned()
}

fn command(pid: i32) -> Option<String> {
    let words = std::fs::read(format!("/proc/{pid}/cmdline")).ok()?;
    let words = String::from_utf8_lossy(&words).trim_end_matches('\0').replace('\0', " ");
    // Threads of the kernel and processes that have ended have none.
    if words.is_empty() { None } else { Some(words) }
}

fn links(folder: &Path) -> BTreeSet<PathBuf> {
    children(folder).iter().filter_map(|path| std::fs::read_link(path).ok()).collect()
}

fn children(folder: impl AsRef<Path>) -> BTreeSet<PathBuf> {
    std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect()
}

fn walk(folder: &Path, found: &mut BTreeSet<PathBuf>) {
    for path in children(folder).into_iter().filter(|path| path.is_dir() && !path.is_symlink()) {
        walk(&path, found);
        found.insert(path);
    }
}

fn read_all(folder: &Path, found: &mut Parameters) {
    for path in children(folder) {
        let name = path.strip_prefix("/proc/sys").unwrap_or(&path);
        if VOLATILE.iter().any(|one| name.starts_with(one)) {
            continue;
        }
        if path.is_dir() {
            read_all(&path, found);
        } else if let Ok(value) = std::fs::read_to_string(&path) {
            found.insert(path, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_is_found() {
        let own = i32::try_from(std::process::id()).expect("small");
        assert!(processes().contains_key(&own));
        assert!(namespaces_of(own).is_subset(&namespaces()) && !namespaces_of(own).is_empty());
        assert!(!mounts().is_empty());
        assert!(parameters(&["kernel"]).contains_key(Path::new("/proc/sys/kernel/ostype")));
    }

    #[test]
    fn only_another_value_is_a_change() {
        let parameters = |pairs: &[(&str, &str)]| -> Parameters {
            pairs.iter().map(|(path, value)| (PathBuf::from(path), (*value).to_owned())).collect()
        };
        let before = parameters(&[("a", "1"), ("b", "2"), ("gone", "3")]);
        let now = parameters(&[("a", "1"), ("b", "5"), ("new", "4")]);
        assert_eq!(changed(&before, &now), [r#"b: "2" -> "5""#]);
    }
}
