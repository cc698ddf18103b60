//! Control groups, version 2.

use std::io::Result;
use std::path::{Path, PathBuf};

/// Something about a control group failed.
#[derive(Debug, thiserror::Error)]
#[error("cannot {action} in control group {path}")]
pub struct CgroupError {
    /// What was tried.
    pub action: &'static str,
    /// In which group.
    pub path: PathBuf,
    /// Why it failed.
    pub source: std::io::Error,
}

/// A control group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cgroup {
    path: PathBuf,
}

/// Where the hierarchy is mounted.
const ROOT: &str = "/sys/fs/cgroup";
/// What every group may control.
const CONTROLLERS: [&str; 6] = ["cpu", "cpuset", "memory", "io", "pids", "hugetlb"];

impl Cgroup {
    /// The group of that name, for example `/system/apid`.
    pub fn new(name: &str) -> Self {
        Self::at(Path::new(ROOT), name)
    }

    /// The group of that name in a hierarchy that is mounted elsewhere.
    pub fn at(root: &Path, name: &str) -> Self {
        Self { path: root.join(name.trim_start_matches('/')) }
    }

    /// Its folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Makes it, and gives its children the controllers that the kernel has.
    ///
    /// # Errors
    /// When the kernel refuses.
    pub fn create(&self, root: &Path) -> std::result::Result<(), CgroupError> {
        self.attempt("make it", std::fs::create_dir_all(&self.path))?;
        // From the root down: a group can pass on only what it was given.
        let below: Vec<&Path> = self.path.ancestors().take_while(|folder| folder.starts_with(root)).collect();
        for folder in below.iter().skip(1).rev() {
            self.attempt("pass on controllers", delegate(folder))?;
        }
        Ok(())
    }

    /// Makes it below the mounted hierarchy.
    ///
    /// # Errors
    /// When the kernel refuses.
    pub fn ensure(&self) -> std::result::Result<(), CgroupError> {
        self.create(Path::new(ROOT))
    }

    /// Moves a process into it.
    ///
    /// # Errors
    /// When the kernel refuses.
    pub fn add(&self, pid: i32) -> std::result::Result<(), CgroupError> {
        self.attempt("put a process", std::fs::write(self.path.join("cgroup.procs"), pid.to_string()))
    }

    /// Memory that is kept for it, in bytes.
    ///
    /// # Errors
    /// When the kernel refuses.
    pub fn reserve_memory(&self, bytes: u64) -> std::result::Result<(), CgroupError> {
        self.attempt("reserve memory", std::fs::write(self.path.join("memory.low"), bytes.to_string()))
    }

    /// The processes in it; none when it is not there.
    pub fn processes(&self) -> Vec<i32> {
        let text = std::fs::read_to_string(self.path.join("cgroup.procs")).unwrap_or_default();
        text.lines().filter_map(|line| line.parse().ok()).collect()
    }

    /// Ends all processes in it and below.
    ///
    /// # Errors
    /// When the kernel refuses.
    pub fn kill(&self) -> std::result::Result<(), CgroupError> {
        self.attempt("end processes", std::fs::write(self.path.join("cgroup.kill"), "1"))
    }

    fn attempt<T>(&self, action: &'static str, result: Result<T>) -> std::result::Result<T, CgroupError> {
        result.map_err(|source| CgroupError { action, path: self.path.clone(), source })
    }
}

fn delegate(folder: &Path) -> Result<()> {
    let available = std::fs::read_to_string(folder.join("cgroup.controllers"))?;
    let wanted: Vec<String> = available
        .split_whitespace()
        .filter(|controller| CONTROLLERS.contains(controller))
        .map(|controller| format!("+{controller}"))
        .collect();
    std::fs::write(folder.join("cgroup.subtree_control"), wanted.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn controllers_are_passed_on_from_the_root_down() {
        let root = tempfile::tempdir().expect("a folder");
        let seed = |folder: &Path| std::fs::write(folder.join("cgroup.controllers"), "cpu memory rdma\n");
        seed(root.path()).expect("written");
        std::fs::create_dir(root.path().join("system")).expect("made");
        seed(&root.path().join("system")).expect("written");
        let group = Cgroup::at(root.path(), "/system/apid");
        group.create(root.path()).expect("made");
        for folder in [root.path().to_owned(), root.path().join("system")] {
            let control = std::fs::read_to_string(folder.join("cgroup.subtree_control")).expect("written");
            assert_eq!(control, "+cpu +memory");
        }
        assert!(!group.path().join("cgroup.subtree_control").exists(), "a leaf keeps its processes");
    }
}
