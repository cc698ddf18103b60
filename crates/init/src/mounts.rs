//! What is mounted before anything else runs.

use std::io::Result as IoResult;
use std::path::{Path, PathBuf};

use minos_sys::{MountFlags, is_mounted, mount, mounts, move_mount};

use crate::console;

/// A mount failed.
#[derive(Debug, thiserror::Error)]
#[error("cannot mount {what} on {target}")]
pub struct MountError {
    what: &'static str,
    target: PathBuf,
    source: std::io::Error,
}

impl MountError {
    pub fn new(what: &'static str, target: &Path, source: std::io::Error) -> Self {
        Self { what, target: target.to_owned(), source }
    }
}

/// Whether the machine can do without.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Need {
    Must,
    May,
}

const STRICT: MountFlags = MountFlags::strict();
const NO_SUID: MountFlags = MountFlags {
    no_suid: true,
    ..MountFlags { no_dev: false, no_exec: false, read_only: false, no_atime: false, no_suid: false }
};
const NO_SUID_NO_DEV: MountFlags = MountFlags { no_dev: true, ..NO_SUID };

type Entry = (&'static str, &'static str, MountFlags, &'static str, Need);

const PROC: Entry = ("proc", "/proc", STRICT, "", Need::Must);
const SYS: Entry = ("sysfs", "/sys", STRICT, "", Need::Must);
const RUN: Entry = ("tmpfs", "/run", NO_SUID_NO_DEV, "mode=0755", Need::Must);

/// In the initrd: type, place, flags, options.
const EARLY: &[Entry] = &[("devtmpfs", "/dev", NO_SUID, "mode=0755", Need::Must), PROC, SYS, RUN];

/// On the root, in a machine and in a container. What the initrd or a runner has mounted stays. `/tmp` comes before the
/// folders that somebody may have mounted something in.
const EVERYWHERE: &[Entry] = &[
    PROC,
    SYS,
    ("devpts", "/dev/pts", MountFlags { no_dev: false, ..STRICT }, "mode=0620,gid=5,ptmxmode=0666", Need::Must),
    ("tmpfs", "/dev/shm", NO_SUID_NO_DEV, "mode=1777", Need::Must),
    ("mqueue", "/dev/mqueue", STRICT, "", Need::May),
    ("tmpfs", "/tmp", STRICT, "mode=1777,size=64M", Need::Must),
    RUN,
    ("tmpfs", "/system", NO_SUID_NO_DEV, "mode=0755", Need::Must),
    ("bpf", "/sys/fs/bpf", STRICT, "mode=0700", Need::May),
];

/// On a machine's root as well: what belongs to the kernel, which a container has from its host. In a container
/// `control_groups` sees to the groups.
const MACHINE: &[Entry] = &[
    ("hugetlbfs", "/dev/hugepages", NO_SUID_NO_DEV, "", Need::May),
    ("cgroup2", "/sys/fs/cgroup", STRICT, "nsdelegate,memory_recursiveprot", Need::Must),
    ("securityfs", "/sys/kernel/security", STRICT, "", Need::May),
    ("tracefs", "/sys/kernel/tracing", STRICT, "", Need::May),
    ("debugfs", "/sys/kernel/debug", STRICT, "", Need::May),
    ("efivarfs", "/sys/firmware/efi/efivars", STRICT, "", Need::May),
];

/// Where a mount is put together that takes others in: `/tmp` is in memory by then.
const AROUND: &str = "/tmp/around";

/// Mounts what the initrd needs.
pub fn early() -> Result<(), MountError> {
    all(EARLY)
}

/// Mounts what the system needs.
pub fn late() -> Result<(), MountError> {
    all(EVERYWHERE)?;
    all(MACHINE)
}

/// Mounts what a container's runner has not.
pub fn container() -> Result<(), MountError> {
    all(EVERYWHERE)
}

fn all(entries: &[Entry]) -> Result<(), MountError> {
    for (kind, target, flags, options, need) in entries {
        let target = Path::new(target);
        if *need == Need::Must || is_mounted(Path::new("/run")).unwrap_or(false) {
            // On the root, folders of kernel filesystems are there or cannot be made; the mount says which.
            drop(std::fs::create_dir_all(target));
        }
        if is_mounted(target).unwrap_or(false) {
            continue;
        }
        match (mount_around(kind, target, *flags, options), need) {
            (Ok(()), _) => {}
            (Err(source), Need::Must) => return Err(MountError::new(kind, target, source)),
            (Err(error), Need::May) => console::say(&format!("no {kind}: {error}")),
        }
    }
    Ok(())
}

/// Mounts, and keeps in sight what somebody has mounted below the target already: a runner that binds a volume need not
/// have mounted the folder above it.
fn mount_around(kind: &str, target: &Path, flags: MountFlags, options: &str) -> IoResult<()> {
    let inner = topmost_below(target, mounts().unwrap_or_default().into_iter().map(|mount| mount.target));
    if inner.is_empty() {
        return mount(kind, target, kind, flags, options);
    }
    std::fs::create_dir_all(AROUND)?;
    let around = Path::new(AROUND);
    mount(kind, around, kind, flags, options)?;
    for from in inner {
        let to = around.join(from.strip_prefix(target).unwrap_or(&from));
        std::fs::create_dir_all(if from.is_dir() { &to } else { to.parent().unwrap_or(around) })?;
        if !from.is_dir() {
            std::fs::File::create(&to)?;
        }
        move_mount(&from, &to)?;
    }
    move_mount(around, target)
}

/// The mounts below a folder, without those that lie below another of them: they move with it.
fn topmost_below(folder: &Path, mounted: impl IntoIterator<Item = PathBuf>) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = Vec::new();
    for target in mounted.into_iter().filter(|target| target != folder && target.starts_with(folder)) {
        if !found.iter().any(|outer| target.starts_with(outer)) {
            found.push(target);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_place_is_listed_once_and_what_is_above_it_comes_first() {
        for lists in [&[EARLY][..], &[EVERYWHERE, MACHINE]] {
            let places: Vec<&Path> =
                lists.iter().flat_map(|list| list.iter().map(|entry| Path::new(entry.1))).collect();
            for (at, place) in places.iter().enumerate() {
                assert!(!places[at + 1..].iter().any(|later| place.starts_with(later)), "{}", place.display());
            }
        }
    }

    #[test]
    fn what_lies_below_a_mount_moves_with_it() {
        let mounted = ["/", "/system/state", "/system/state/inner", "/systemd", "/system", "/system/imagecache/disk"];
        let found = topmost_below(Path::new("/system"), mounted.map(PathBuf::from));
        assert_eq!(found, ["/system/state", "/system/imagecache/disk"].map(PathBuf::from));
        assert!(topmost_below(Path::new("/run"), mounted.map(PathBuf::from)).is_empty());
    }
}
