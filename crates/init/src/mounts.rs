//! What is mounted before anything else runs.

use std::path::{Path, PathBuf};

use minos_sys::{MountFlags, is_mounted, mount};

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

/// In the initrd: type, place, flags, options.
const EARLY: &[Entry] = &[
    ("devtmpfs", "/dev", NO_SUID, "mode=0755", Need::Must),
    ("proc", "/proc", STRICT, "", Need::Must),
    ("sysfs", "/sys", STRICT, "", Need::Must),
    ("tmpfs", "/run", NO_SUID_NO_DEV, "mode=0755", Need::Must),
];

/// On the root.
const LATE: &[Entry] = &[
    ("devpts", "/dev/pts", MountFlags { no_dev: false, ..STRICT }, "mode=0620,gid=5,ptmxmode=0666", Need::Must),
    ("tmpfs", "/dev/shm", NO_SUID_NO_DEV, "mode=1777", Need::Must),
    ("mqueue", "/dev/mqueue", STRICT, "", Need::May),
    ("hugetlbfs", "/dev/hugepages", NO_SUID_NO_DEV, "", Need::May),
    ("tmpfs", "/tmp", STRICT, "mode=1777,size=64M", Need::Must),
    ("tmpfs", "/system", NO_SUID_NO_DEV, "mode=0755", Need::Must),
    ("cgroup2", "/sys/fs/cgroup", STRICT, "nsdelegate,memory_recursiveprot", Need::Must),
    ("bpf", "/sys/fs/bpf", STRICT, "mode=0700", Need::May),
    ("securityfs", "/sys/kernel/security", STRICT, "", Need::May),
    ("tracefs", "/sys/kernel/tracing", STRICT, "", Need::May),
    ("debugfs", "/sys/kernel/debug", STRICT, "", Need::May),
    ("efivarfs", "/sys/firmware/efi/efivars", STRICT, "", Need::May),
];

/// In a container: the same, without what belongs to the host's kernel. `control_groups` sees to the groups.
const CONTAINER: &[Entry] = &[
    ("proc", "/proc", STRICT, "", Need::Must),
    ("sysfs", "/sys", STRICT, "", Need::Must),
    ("devpts", "/dev/pts", MountFlags { no_dev: false, ..STRICT }, "mode=0620,gid=5,ptmxmode=0666", Need::Must),
    ("tmpfs", "/dev/shm", NO_SUID_NO_DEV, "mode=1777", Need::Must),
    ("mqueue", "/dev/mqueue", STRICT, "", Need::May),
    ("tmpfs", "/run", NO_SUID_NO_DEV, "mode=0755", Need::Must),
    ("tmpfs", "/tmp", STRICT, "mode=1777,size=64M", Need::Must),
    ("tmpfs", "/system", NO_SUID_NO_DEV, "mode=0755", Need::Must),
    ("bpf", "/sys/fs/bpf", STRICT, "mode=0700", Need::May),
];

/// Mounts what the initrd needs.
pub fn early() -> Result<(), MountError> {
    all(EARLY)
}

/// Mounts what the system needs.
pub fn late() -> Result<(), MountError> {
    all(LATE)
}

/// Mounts what a container's runner has not.
pub fn container() -> Result<(), MountError> {
    all(CONTAINER)
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
        match (mount(kind, target, kind, *flags, options), need) {
            (Ok(()), _) => {}
            (Err(source), Need::Must) => return Err(MountError::new(kind, target, source)),
            (Err(error), Need::May) => console::say(&format!("no {kind}: {error}")),
        }
    }
    Ok(())
}
