//! What is different in version 1.

use std::collections::HashSet;
use std::io::{Error, ErrorKind, Result};
use std::path::{Path, PathBuf};

/// How often a group's processes are looked for.
const ATTEMPTS: u32 = 100;

/// Makes a group and those above it. A cpuset takes no process before it has processors and memory of its own.
pub(super) fn create(hierarchy: &Path, name: &Path) -> Result<()> {
    let mut folder = hierarchy.to_owned();
    for part in name.components() {
        let parent = folder.clone();
        folder.push(part);
        match std::fs::create_dir(&folder) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            result => result?,
        }
        for file in ["cpuset.cpus", "cpuset.mems"] {
            inherit(&parent.join(file), &folder.join(file))?;
        }
    }
    Ok(())
}

/// Copies a setting of the parent's where the child has none.
fn inherit(from: &Path, to: &Path) -> Result<()> {
    let Ok(value) = std::fs::read_to_string(from) else { return Ok(()) };
    match std::fs::read_to_string(to) {
        Ok(now) if !now.trim().is_empty() => Ok(()),
        Ok(_) => std::fs::write(to, value.trim()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

/// The processes in a group's folder. Those of other pid namespaces are listed as 0, which kill(2) takes for the
/// caller's own.
pub(super) fn processes(folder: &Path) -> Vec<i32> {
    let text = std::fs::read_to_string(folder.join("cgroup.procs")).unwrap_or_default();
    text.lines().filter_map(|line| line.parse().ok()).filter(|pid| *pid > 0).collect()
}

/// Ends all processes in a group and below, given its folder in each hierarchy. Where there is a freezer, none of them
/// can make another while they are signalled. Does not wait until they have ended.
pub(super) fn kill(folders: &[PathBuf]) -> Result<()> {
    let state = |folder: &PathBuf| folder.join("freezer.state");
    let freezer = folders.iter().find(|folder| state(folder).exists());
    let Some(folder) = freezer.or(folders.first()) else { return Ok(()) };
    if freezer.is_some() {
        std::fs::write(state(folder), "FROZEN")?;
    }
    let signalled = signal_below(folder);
    if freezer.is_some() {
        thaw(folder)?;
    }
    signalled
}

/// Thaws a group and those below it, which may have been frozen by themselves: a frozen process does not end, also not by
/// a signal.
fn thaw(folder: &Path) -> Result<()> {
    std::fs::write(folder.join("freezer.state"), "THAWED")?;
    children(folder).iter().try_for_each(|child| thaw(child))
}

/// Signals until a look finds nobody new: without a freezer a process may make another between look and signal.
fn signal_below(folder: &Path) -> Result<()> {
    let mut seen = HashSet::new();
    for _ in 0..ATTEMPTS {
        let new: Vec<i32> = below(folder).into_iter().filter(|pid| seen.insert(*pid)).collect();
        if new.is_empty() {
            return Ok(());
        }
        for pid in new {
            // SAFETY: plain system call; the id is positive. One that has ended already is no loss.
            unsafe { libc::kill(pid, libc::SIGKILL) };
        }
    }
    Err(Error::new(ErrorKind::TimedOut, "its processes make others faster than they can be signalled"))
}

/// The processes of a group and of the groups below it.
fn below(folder: &Path) -> Vec<i32> {
    let mut found = processes(folder);
    found.extend(children(folder).iter().flat_map(|child| below(child)));
    found
}

/// The groups directly below a group.
fn children(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir())).map(|entry| entry.path()).collect()
}
