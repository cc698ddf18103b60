//! What of the host a cluster could change or leave behind.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The host at one moment.
#[derive(Debug, PartialEq, Eq)]
pub struct Host {
    mounts: Vec<String>,
    links: BTreeSet<PathBuf>,
    loops: BTreeSet<PathBuf>,
    modules: BTreeSet<String>,
    passed_on: String,
    parameters: BTreeMap<PathBuf, String>,
}

/// Parameters that are counters, or change by themselves.
const VOLATILE: [&str; 14] = [
    "random",
    "fs/dentry-state",
    "fs/inode-nr",
    "fs/inode-state",
    "fs/file-nr",
    "fs/aio-nr",
    "fs/quota",
    "kernel/ns_last_pid",
    "kernel/pty/nr",
    "kernel/tainted",
    "kernel/random",
    "net/netfilter/nf_conntrack_count",
    "fs/binfmt_misc",
    "kernel/sched_domain",
];

impl Host {
    /// `folder` is part of every path of the cluster: others use this host too.
    pub fn now(folder: &Path) -> Self {
        let folder = folder.display().to_string();
        let lines = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
        let mounts = lines("/proc/self/mountinfo");
        let modules = lines("/proc/modules");
        let mut parameters = BTreeMap::new();
        read_all(Path::new("/proc/sys"), &mut parameters);
        let loops = children("/sys/block").into_iter().filter(|path| path.join("loop").exists()).collect();
        Self {
            mounts: mounts.lines().filter(|line| line.contains(&folder)).map(str::to_owned).collect(),
            links: children("/sys/class/net"),
            loops,
            modules: modules.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect(),
            passed_on: lines("/sys/fs/cgroup/cgroup.subtree_control"),
            parameters,
        }
    }

    /// Panics with what differs.
    pub fn assert_equals(&self, before: &Host) {
        let changed: Vec<_> = self
            .parameters
            .iter()
            .filter(|(path, value)| before.parameters.get(*path).is_some_and(|old| old != *value))
            .map(|(path, value)| format!("{}: {:?} -> {value:?}", path.display(), before.parameters[path]))
            .collect();
        assert!(changed.is_empty(), "kernel parameters changed: {changed:#?}");
        assert_eq!(self.mounts, before.mounts);
        assert_eq!(self.links, before.links);
        assert_eq!(self.loops, before.loops);
        assert_eq!(self.modules, before.modules);
        assert_eq!(self.passed_on, before.passed_on);
    }
}

/// Control groups in whose path there is `name`.
pub fn groups(name: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    walk(Path::new("/sys/fs/cgroup"), &mut |path| {
        if path.display().to_string().contains(name) {
            found.push(path.to_owned());
        }
    });
    found
}

/// The processes of control groups.
pub fn processes(groups: &[PathBuf]) -> BTreeSet<i32> {
    let all = groups.iter().map(|group| std::fs::read_to_string(group.join("cgroup.procs")).unwrap_or_default());
    all.flat_map(|text| text.lines().filter_map(|line| line.parse().ok()).collect::<Vec<i32>>()).collect()
}

/// The namespaces of a process, as links of `/proc` name them.
pub fn namespaces(pid: i32) -> BTreeSet<PathBuf> {
    let kinds = ["mnt", "uts", "ipc", "pid", "net", "cgroup"];
    kinds.iter().filter_map(|kind| std::fs::read_link(format!("/proc/{pid}/ns/{kind}")).ok()).collect()
}

/// The namespaces of all processes.
pub fn all_namespaces() -> BTreeSet<PathBuf> {
    let pids = children("/proc").into_iter().filter_map(|path| path.file_name()?.to_str()?.parse().ok());
    pids.filter(|pid| runs(*pid)).flat_map(namespaces).collect()
}

/// Whether a process runs. One that has ended and that the host's PID 1 has not waited for yet does not.
pub fn runs(pid: i32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit_once(") ").is_some_and(|(_, rest)| !rest.starts_with('Z'))
}

fn children(path: impl AsRef<Path>) -> BTreeSet<PathBuf> {
    std::fs::read_dir(path).into_iter().flatten().flatten().map(|entry| entry.path()).collect()
}

fn walk(folder: &Path, found: &mut dyn FnMut(&Path)) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            found(&entry.path());
            walk(&entry.path(), found);
        }
    }
}

fn read_all(folder: &Path, found: &mut BTreeMap<PathBuf, String>) {
    for path in children(folder) {
        let name = path.strip_prefix("/proc/sys").expect("below it");
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
