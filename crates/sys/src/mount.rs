//! Mounts.

use std::io::Result;
use std::path::{Path, PathBuf};

use rustix::mount::{
    MountFlags as Flags, MountPropagationFlags, UnmountFlags, mount as mount_call, mount_bind, mount_bind_recursive,
    mount_change, mount_move, mount_remount,
};

/// How a filesystem is mounted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct MountFlags {
    /// Nothing can be written.
    pub read_only: bool,
    /// Set-user-id bits mean nothing.
    pub no_suid: bool,
    /// Device files mean nothing.
    pub no_dev: bool,
    /// Programs cannot be executed.
    pub no_exec: bool,
    /// Access times are not written.
    pub no_atime: bool,
}

/// A line of `/proc/self/mounts`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mount {
    /// What is mounted.
    pub source: String,
    /// Where.
    pub target: PathBuf,
    /// Type of filesystem.
    pub filesystem: String,
    /// Options, with commas.
    pub options: String,
}

impl MountFlags {
    /// For filesystems that hold no programs and no devices.
    pub const fn strict() -> Self {
        Self { read_only: false, no_suid: true, no_dev: true, no_exec: true, no_atime: false }
    }

    fn bits(self) -> Flags {
        let mut flags = Flags::empty();
        flags.set(Flags::RDONLY, self.read_only);
        flags.set(Flags::NOSUID, self.no_suid);
        flags.set(Flags::NODEV, self.no_dev);
        flags.set(Flags::NOEXEC, self.no_exec);
        flags.set(Flags::NOATIME, self.no_atime);
        flags
    }
}

/// Mounts a filesystem; `data` are options of the filesystem itself, with commas.
///
/// # Errors
/// As mount(2).
pub fn mount(source: &str, target: &Path, filesystem: &str, flags: MountFlags, data: &str) -> Result<()> {
    let data = std::ffi::CString::new(data)?;
    Ok(mount_call(source, target, filesystem, flags.bits(), data.as_c_str())?)
}

/// Makes `source` appear at `target` too, with everything mounted below it.
///
/// # Errors
/// As mount(2).
pub fn bind(source: &Path, target: &Path) -> Result<()> {
    Ok(mount_bind_recursive(source, target)?)
}

/// Makes `source` appear at `target` with these flags, without what is mounted below it. `source` keeps its own flags.
///
/// # Errors
/// As mount(2).
pub fn bind_with(source: &Path, target: &Path, flags: MountFlags) -> Result<()> {
    mount_bind(source, target)?;
    set_mount_flags(target, flags)
}

/// Changes the flags of what is mounted at `target`, here only: other mounts of the same filesystem keep theirs.
///
/// # Errors
/// As mount(2).
pub fn set_mount_flags(target: &Path, flags: MountFlags) -> Result<()> {
    Ok(mount_remount(target, Flags::BIND | flags.bits(), c"")?)
}

/// Moves a mount.
///
/// # Errors
/// As mount(2).
pub fn move_mount(from: &Path, to: &Path) -> Result<()> {
    Ok(mount_move(from, to)?)
}

/// Makes a mount and all below it propagate to other mount namespaces.
///
/// # Errors
/// As mount(2).
pub fn make_shared(target: &Path) -> Result<()> {
    Ok(mount_change(target, MountPropagationFlags::SHARED | MountPropagationFlags::REC)?)
}

/// Keeps what is mounted from now on, there and below, from other mount namespaces, and theirs from here.
///
/// # Errors
/// As mount(2).
pub fn make_private(target: &Path) -> Result<()> {
    Ok(mount_change(target, MountPropagationFlags::PRIVATE | MountPropagationFlags::REC)?)
}

/// Makes a mount the root of this mount namespace; the old root is gone from it. The process must have the namespace
/// for itself.
///
/// # Errors
/// As pivot_root(2).
pub fn pivot_root(new_root: &Path) -> Result<()> {
    rustix::process::chdir(new_root)?;
    // The old root lands on top of the new one, from where it can be taken away without a folder of its own.
    rustix::process::pivot_root(".", ".")?;
    rustix::mount::unmount(".", UnmountFlags::DETACH)?;
    Ok(rustix::process::chdir("/")?)
}

/// Takes a mount away; `lazily` at once from sight, and for good when nobody uses it any more.
///
/// # Errors
/// As umount(2).
pub fn unmount(target: &Path, lazily: bool) -> Result<()> {
    let flags = if lazily { UnmountFlags::DETACH } else { UnmountFlags::empty() };
    Ok(rustix::mount::unmount(target, flags)?)
}

/// All mounts of this mount namespace, oldest first.
///
/// # Errors
/// When `/proc` is not there.
pub fn mounts() -> Result<Vec<Mount>> {
    let text = std::fs::read_to_string("/proc/self/mounts")?;
    Ok(text.lines().filter_map(parse).collect())
}

/// Whether something is mounted exactly there.
///
/// # Errors
/// When `/proc` is not there.
pub fn is_mounted(target: &Path) -> Result<bool> {
    Ok(mounts()?.iter().any(|mount| mount.target == target))
}

fn parse(line: &str) -> Option<Mount> {
    let mut fields = line.split(' ').map(unescape);
    let (source, target) = (fields.next()?, PathBuf::from(fields.next()?));
    Some(Mount { source, target, filesystem: fields.next()?, options: fields.next()? })
}

/// The kernel writes space, tab, newline and backslash as a backslash and three octal digits.
fn unescape(field: &str) -> String {
    const ESCAPES: [(&str, &str); 4] = [("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")];
    ESCAPES.iter().fold(field.to_owned(), |text, (from, to)| text.replace(from, to))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read() {
        let mount = parse("/dev/vda1 /mnt/a\\040b xfs rw,nosuid 0 0").expect("a mount");
        assert_eq!(mount.target, Path::new("/mnt/a b"));
        assert_eq!((mount.filesystem.as_str(), mount.options.as_str()), ("xfs", "rw,nosuid"));
    }

    #[test]
    fn the_root_is_mounted() {
        assert!(is_mounted(Path::new("/")).expect("readable"));
        assert!(!is_mounted(Path::new("/nonexistent")).expect("readable"));
    }
}
