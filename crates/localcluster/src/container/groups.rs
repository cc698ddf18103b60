//! Control groups of a cluster.
//!
//! Where the host has hierarchies of version 1, the cluster has a group in each, below the group that the runner itself
//! is in. Where it has version 2 alone, the cluster has one group below the root: a group that holds processes cannot
//! pass controllers on, and the runner's own holds the runner. Their paths are on disk before the groups are made, so
//! that they are found after any crash.
//!
//! Below the cluster's group each boot of a node has two: an outer one with the limits, and in it the one that the node
//! sees as its root. Root in the node can write every file of the inner one.

mod devices;
mod hierarchy;
mod limits;

use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::cluster::{ContainerNode, read, write};
use crate::LocalClusterError;

pub(super) use hierarchy::{Hierarchy, Version, hierarchies};

/// The groups of a cluster; `groups.json` in its folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Groups {
    /// One in each hierarchy.
    hierarchies: Vec<Hierarchy>,
    /// Name of the cluster's group in each.
    name: String,
    /// Controllers that the root of version 2 did not pass on before.
    passed_on: Vec<String>,
}

/// The group in a node's group that is the node's root.
const ROOT: &str = "root";
/// How long the processes of a group may take to end.
const PATIENCE: Duration = Duration::from_secs(20);
const PAUSE: Duration = Duration::from_millis(20);
/// What a node's groups need on version 2.
const CONTROLLERS: [&str; 6] = ["cpu", "cpuset", "memory", "io", "pids", "hugetlb"];

impl Groups {
    /// Makes the cluster's group in every hierarchy.
    pub fn create(folder: &Path, name: &str) -> Result<Self, LocalClusterError> {
        let hierarchies = hierarchies()?;
        let passed_on = hierarchies.iter().filter(|one| one.version == Version::Two).flat_map(missing).collect();
        let groups = Self { hierarchies, name: name.to_owned(), passed_on };
        write(&folder.join(FILE), &groups)?;
        for hierarchy in &groups.hierarchies {
            if hierarchy.version == Version::Two {
                pass_on(&hierarchy.mount, &groups.passed_on)?;
            }
            make(hierarchy, &groups.path(hierarchy))?;
            delegate(hierarchy, &groups.path(hierarchy))?;
        }
        Ok(groups)
    }

    /// Those of a cluster that may have crashed; `None` when it had none yet.
    pub fn load(folder: &Path) -> Result<Option<Self>, LocalClusterError> {
        let path = folder.join(FILE);
        if path.exists() { read(&path).map(Some) } else { Ok(None) }
    }

    /// The hierarchies.
    pub fn hierarchies(&self) -> &[Hierarchy] {
        &self.hierarchies
    }

    /// Makes the groups of one boot of a node.
    pub fn create_node(&self, node: &ContainerNode, boot: u32) -> Result<(), LocalClusterError> {
        for hierarchy in &self.hierarchies {
            let outer = self.node(hierarchy, &node.name, boot);
            make(hierarchy, &outer)?;
            delegate(hierarchy, &outer)?;
            limits::limit(hierarchy, &outer, node)?;
            devices::restrict(hierarchy, &outer)?;
            // It passes nothing on: it holds processes until `init` moves them.
            let root = outer.join(ROOT);
            make(hierarchy, &root)?;
            // Programs look for their limit at the root. This copy binds nobody.
            limits::limit(hierarchy, &root, node)?;
        }
        Ok(())
    }

    /// Moves this process into the groups of one boot of a node.
    pub fn join_node(&self, node: &str, boot: u32) -> Result<(), LocalClusterError> {
        for hierarchy in &self.hierarchies {
            set(&self.node(hierarchy, node, boot).join(ROOT).join("cgroup.procs"), "0")?;
        }
        Ok(())
    }

    /// Ends what is left of a boot of a node and removes its groups.
    pub async fn remove_node(&self, node: &str, boot: u32) -> Result<(), LocalClusterError> {
        remove_all(self.hierarchies.iter().map(|hierarchy| self.node(hierarchy, node, boot)).collect()).await
    }

    /// Ends all processes of the cluster, removes its groups, and takes back from the root what was passed on for it.
    pub async fn remove(&self) -> Result<(), LocalClusterError> {
        remove_all(self.hierarchies.iter().map(|hierarchy| self.path(hierarchy)).collect()).await?;
        for hierarchy in &self.hierarchies {
            for controller in &self.passed_on {
                // It stays when somebody else has begun to use it.
                let _ = std::fs::write(hierarchy.mount.join("cgroup.subtree_control"), format!("-{controller}"));
            }
        }
        Ok(())
    }

    fn path(&self, hierarchy: &Hierarchy) -> PathBuf {
        hierarchy.parent.join(&self.name)
    }

    fn node(&self, hierarchy: &Hierarchy, node: &str, boot: u32) -> PathBuf {
        self.path(hierarchy).join(format!("{node}.{boot}"))
    }
}

const FILE: &str = "groups.json";

fn make(hierarchy: &Hierarchy, group: &Path) -> Result<(), LocalClusterError> {
    match std::fs::create_dir(group) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => {
            return Err(LocalClusterError::file("create the control group", group)(error));
        }
        _ => {}
    }
    match hierarchy.version {
        Version::One if hierarchy.has("cpuset") => copy_cpuset(group),
        Version::One if hierarchy.has("memory") => bind_below(group),
        _ => Ok(()),
    }
}

/// Passes on to the groups below what this one has been given; with version 1 all of them have all.
fn delegate(hierarchy: &Hierarchy, group: &Path) -> Result<(), LocalClusterError> {
    if hierarchy.version == Version::Two { pass_on(group, &available(group)) } else { Ok(()) }
}

/// Before 5.11 a kernel could be asked to ignore a limit in the groups below.
fn bind_below(group: &Path) -> Result<(), LocalClusterError> {
    let file = group.join("memory.use_hierarchy");
    match std::fs::read_to_string(&file) {
        Ok(text) if text.trim() == "0" => set(&file, "1"),
        _ => Ok(()),
    }
}

/// A new group of the first version may use no processor and no memory until it is said which.
fn copy_cpuset(group: &Path) -> Result<(), LocalClusterError> {
    let Some(above) = group.parent() else { return Ok(()) };
    for file in ["cpuset.cpus", "cpuset.mems"] {
        let from = above.join(file);
        let value = std::fs::read_to_string(&from).map_err(LocalClusterError::file("read", &from))?;
        set(&group.join(file), value.trim())?;
    }
    set(&group.join("cgroup.clone_children"), "1")
}

fn available(group: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(group.join("cgroup.controllers")).unwrap_or_default();
    text.split_whitespace().filter(|one| CONTROLLERS.contains(one)).map(str::to_owned).collect()
}

fn missing(hierarchy: &Hierarchy) -> Vec<String> {
    let text = std::fs::read_to_string(hierarchy.mount.join("cgroup.subtree_control")).unwrap_or_default();
    let there: BTreeSet<&str> = text.split_whitespace().collect();
    available(&hierarchy.mount).into_iter().filter(|one| !there.contains(one.as_str())).collect()
}

fn pass_on(group: &Path, controllers: &[String]) -> Result<(), LocalClusterError> {
    controllers.iter().try_for_each(|one| set(&group.join("cgroup.subtree_control"), &format!("+{one}")))
}

fn set(path: &Path, value: &str) -> Result<(), LocalClusterError> {
    std::fs::write(path, value).map_err(LocalClusterError::file("write", path))
}

/// Ends all processes of a group, whose folders in all hierarchies these are, and removes it.
async fn remove_all(folders: Vec<PathBuf>) -> Result<(), LocalClusterError> {
    // All at first: a process that is frozen in one hierarchy keeps its groups in the others.
    folders.iter().flat_map(|folder| tree(folder)).for_each(|group| thaw(&group));
    for folder in &folders {
        remove(folder).await?;
    }
    Ok(())
}

/// A frozen process of version 1 does not end, also not by a signal.
fn thaw(group: &Path) {
    let state = group.join("freezer.state");
    if state.exists() {
        // Whether it was of use shows in whether the group can be removed.
        let _ = std::fs::write(state, "THAWED");
    }
}

/// Ends all processes in a group and below, and removes it with all below.
async fn remove(group: &Path) -> Result<(), LocalClusterError> {
    let deadline = tokio::time::Instant::now() + PATIENCE;
    loop {
        let below = tree(group);
        for one in &below {
            end_processes(one);
        }
        // The deepest come first. What is still in use is tried again.
        for one in &below {
            let _ = std::fs::remove_dir(one);
        }
        if !group.exists() {
            return Ok(());
        }
        if tokio::time::Instant::now() > deadline {
            let source = std::io::Error::from(ErrorKind::ResourceBusy);
            return Err(LocalClusterError::file("remove the control group", group)(source));
        }
        tokio::time::sleep(PAUSE).await;
    }
}

fn end_processes(group: &Path) {
    let text = std::fs::read_to_string(group.join("cgroup.procs")).unwrap_or_default();
    for pid in text.lines().filter_map(|line| rustix::process::Pid::from_raw(line.parse().ok()?)) {
        // Who has ended by now needs no signal.
        let _ = rustix::process::kill_process(pid, rustix::process::Signal::KILL);
    }
}

/// A group and all below, the deepest first.
fn tree(group: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let entries = std::fs::read_dir(group).into_iter().flatten().flatten();
    for folder in entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir())) {
        found.extend(tree(&folder.path()));
    }
    if group.exists() {
        found.push(group.to_owned());
    }
    found
}
