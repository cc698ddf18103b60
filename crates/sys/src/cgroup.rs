//! Control groups: the one hierarchy of version 2, or the many of version 1, one for each controller.
//!
//! Which of them is mounted is looked at with each operation. A group has the same name in every hierarchy.

mod devices;
mod legacy;

use std::fs::File;
use std::io::{ErrorKind, Result};
use std::path::{Path, PathBuf};

pub use devices::{CharacterDevices, restrict_devices};

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
    root: PathBuf,
    name: PathBuf,
}

/// Which control groups a kernel offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hierarchies {
    /// Version 2: one, mounted at the root.
    Unified,
    /// Version 1: one for each controller, mounted below the root.
    Legacy(Vec<PathBuf>),
}

/// Where the hierarchies are mounted.
pub(crate) const ROOT: &str = "/sys/fs/cgroup";
/// What every group may control.
const CONTROLLERS: [&str; 6] = ["cpu", "cpuset", "memory", "io", "pids", "hugetlb"];

impl Hierarchies {
    /// Those below `/sys/fs/cgroup`.
    pub fn mounted() -> Self {
        Self::at(Path::new(ROOT))
    }

    /// Those below `root`. Where none of version 1 is, version 2 is expected, and its files say what is missing.
    pub fn at(root: &Path) -> Self {
        if root.join("cgroup.controllers").exists() {
            return Self::Unified;
        }
        let entries = std::fs::read_dir(root).into_iter().flatten().flatten();
        // Several names of one hierarchy (`cpu`, `cpuacct`) may be links to one folder.
        let folders = entries.filter(|entry| !entry.file_type().is_ok_and(|kind| kind.is_symlink()));
        let mut legacy: Vec<PathBuf> = folders.map(|entry| entry.path()).filter(|path| is_legacy(path)).collect();
        legacy.sort();
        if legacy.is_empty() { Self::Unified } else { Self::Legacy(legacy) }
    }

    /// Whether they are those of version 1.
    pub const fn are_legacy(&self) -> bool {
        matches!(self, Self::Legacy(_))
    }
}

/// Only groups of version 1 list their threads in a file of this name.
fn is_legacy(folder: &Path) -> bool {
    folder.join("tasks").exists()
}

impl Cgroup {
    /// The group of that name, for example `/system/apid`.
    pub fn new(name: &str) -> Self {
        Self::at(Path::new(ROOT), name)
    }

    /// The group of that name in hierarchies that are mounted elsewhere.
    pub fn at(root: &Path, name: &str) -> Self {
        Self { root: root.to_owned(), name: PathBuf::from(name.trim_start_matches('/')) }
    }

    /// Makes it. In version 2 the groups above it pass on the controllers that the kernel has.
    ///
    /// # Errors
    /// When the kernel refuses.
    pub fn create(&self) -> std::result::Result<(), CgroupError> {
        match Hierarchies::at(&self.root) {
            Hierarchies::Unified => {
                self.attempt("make it", std::fs::create_dir_all(self.root.join(&self.name)))?;
                self.pass_on_controllers()
            }
            Hierarchies::Legacy(hierarchies) => hierarchies
                .iter()
                .try_for_each(|hierarchy| self.attempt("make it", legacy::create(hierarchy, &self.name))),
        }
    }

    /// Makes it and moves the process into it. Only then the groups above it pass on controllers: unless the root is
    /// that of the kernel, it can do so only while it has no process of its own.
    ///
    /// # Errors
    /// When the kernel refuses.
    pub fn create_around(&self, pid: i32) -> std::result::Result<(), CgroupError> {
        if Hierarchies::at(&self.root).are_legacy() {
            self.create()?;
            return self.add(pid);
        }
        self.attempt("make it", std::fs::create_dir_all(self.root.join(&self.name)))?;
        self.add(pid)?;
        self.pass_on_controllers()
    }

    /// Moves a process into it.
    ///
    /// # Errors
    /// When the kernel refuses.
    pub fn add(&self, pid: i32) -> std::result::Result<(), CgroupError> {
        let mut folders = self.folders().into_iter();
        folders.try_for_each(|folder| {
            self.attempt("put a process", std::fs::write(folder.join("cgroup.procs"), pid.to_string()))
        })
    }

    /// Memory that is kept for it, in bytes. Version 1 knows only a limit below which it takes memory from others first.
    ///
    /// # Errors
    /// When the kernel refuses.
    pub fn reserve_memory(&self, bytes: u64) -> std::result::Result<(), CgroupError> {
        let file = match Hierarchies::at(&self.root) {
            Hierarchies::Unified => self.root.join(&self.name).join("memory.low"),
            Hierarchies::Legacy(hierarchies) => {
                let files = hierarchies.iter().map(|root| root.join(&self.name).join("memory.soft_limit_in_bytes"));
                match files.into_iter().find(|file| file.exists()) {
                    Some(file) => file,
                    // A kernel without it reserves nothing, and nothing depends on it.
                    None => return Ok(()),
                }
            }
        };
        self.attempt("reserve memory", std::fs::write(file, bytes.to_string()))
    }

    /// The processes in it; none when it is not there. Processes of other pid namespaces are left out.
    pub fn processes(&self) -> Vec<i32> {
        let folders = self.folders();
        // In version 1 a process is in the same group everywhere; the freezer is never shared with others.
        let folder = folders.iter().find(|folder| folder.join("freezer.state").exists()).or(folders.first());
        folder.map(|folder| legacy::processes(folder)).unwrap_or_default()
    }

    /// Ends all processes in it and below.
    ///
    /// # Errors
    /// When the kernel refuses, or in version 1 when they make others without end.
    pub fn kill(&self) -> std::result::Result<(), CgroupError> {
        match Hierarchies::at(&self.root) {
            Hierarchies::Unified => {
                let file = self.root.join(&self.name).join("cgroup.kill");
                self.attempt("end processes", std::fs::write(file, "1"))
            }
            Hierarchies::Legacy(_) => self.attempt("end processes", legacy::kill(&self.folders())),
        }
    }

    /// Removes it and the groups below it; one that is not there is fine.
    ///
    /// # Errors
    /// When there are processes in it.
    pub fn remove(&self) -> std::result::Result<(), CgroupError> {
        self.folders().iter().try_for_each(|folder| self.attempt("remove it", remove_below(folder)))
    }

    /// Descriptors through which a new process gets into it.
    pub(crate) fn entrances(&self) -> std::result::Result<Entrances, CgroupError> {
        match Hierarchies::at(&self.root) {
            Hierarchies::Unified => {
                self.attempt("open it", File::open(self.root.join(&self.name))).map(Entrances::Unified)
            }
            Hierarchies::Legacy(_) => {
                let open = |folder: PathBuf| File::options().write(true).open(folder.join("cgroup.procs"));
                let files = self.folders().into_iter().map(open).collect::<Result<_>>();
                self.attempt("open it", files).map(Entrances::Legacy)
            }
        }
    }

    /// From the root down: a group can pass on only what it was given.
    fn pass_on_controllers(&self) -> std::result::Result<(), CgroupError> {
        let path = self.root.join(&self.name);
        let above: Vec<&Path> = path.ancestors().take_while(|folder| folder.starts_with(&self.root)).collect();
        above.iter().skip(1).rev().try_for_each(|folder| self.attempt("pass on controllers", delegate(folder)))
    }

    /// Its folder in each hierarchy.
    fn folders(&self) -> Vec<PathBuf> {
        match Hierarchies::at(&self.root) {
            Hierarchies::Unified => vec![self.root.join(&self.name)],
            Hierarchies::Legacy(hierarchies) => hierarchies.iter().map(|root| root.join(&self.name)).collect(),
        }
    }

    fn attempt<T>(&self, action: &'static str, result: Result<T>) -> std::result::Result<T, CgroupError> {
        result.map_err(|source| CgroupError { action, path: self.root.join(&self.name), source })
    }
}

/// How a new process gets into a group.
#[derive(Debug)]
pub(crate) enum Entrances {
    /// The group's folder, for clone3(2).
    Unified(File),
    /// The files that list processes; the process writes itself into each.
    Legacy(Vec<File>),
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

/// The folders below a group, deepest first, and the group: its files cannot and need not be removed.
fn remove_below(folder: &Path) -> Result<()> {
    let entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            remove_below(&entry.path())?;
        }
    }
    std::fs::remove_dir(folder)
}

#[cfg(test)]
mod tests;
