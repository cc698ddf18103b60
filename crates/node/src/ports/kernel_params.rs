//! Kernel parameters by name.

use std::io::{Error, ErrorKind, Result};
use std::path::PathBuf;

/// Reads and writes parameters by their path with dots: `proc.sys.net.ipv4.ip_forward`, `sys.kernel.mm.ksm.run`. A
/// part that has a dot itself (an interface's name) is written with a slash in its place, as `sysctl` does.
pub trait KernelParams: Send + Sync {
    /// The value without its final newline; `None` when the kernel lacks the parameter.
    ///
    /// # Errors
    /// When it exists and cannot be read, or the name is not one.
    fn read(&self, name: &str) -> Result<Option<String>>;

    /// Sets the value.
    ///
    /// # Errors
    /// When the kernel refuses it.
    fn write(&self, name: &str, value: &str) -> Result<()>;
}

/// The running kernel.
#[derive(Debug, Clone, Copy, Default)]
pub struct LinuxKernelParams;

impl KernelParams for LinuxKernelParams {
    fn read(&self, name: &str) -> Result<Option<String>> {
        match std::fs::read_to_string(path(name)?) {
            Ok(value) => Ok(Some(value.trim_end_matches('\n').to_owned())),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn write(&self, name: &str, value: &str) -> Result<()> {
        std::fs::write(path(name)?, value)
    }
}

/// The file of a parameter. Only files below `/proc/sys` and `/sys` can be named.
fn path(name: &str) -> Result<PathBuf> {
    let swapped: String = name
        .chars()
        .map(|letter| match letter {
            '.' => '/',
            '/' => '.',
            other => other,
        })
        .collect();
    let below = swapped.starts_with("proc/sys/") || swapped.starts_with("sys/");
    if !below || swapped.split('/').any(|part| part.is_empty() || part == "." || part == "..") {
        return Err(Error::new(ErrorKind::InvalidInput, format!("{name:?} is not the name of a kernel parameter")));
    }
    Ok(PathBuf::from("/").join(swapped))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_paths_with_dots() {
        assert_eq!(path("proc.sys.kernel.panic").expect("a name"), PathBuf::from("/proc/sys/kernel/panic"));
        let vlan = path("proc.sys.net.ipv4.conf.eth0/100.rp_filter").expect("a name");
        assert_eq!(vlan, PathBuf::from("/proc/sys/net/ipv4/conf/eth0.100/rp_filter"));
    }

    #[test]
    fn names_cannot_leave_their_folders() {
        for name in ["etc.passwd", "proc.sys...etc", "proc.sys.//.//.etc.passwd", "", "sys"] {
            assert!(path(name).is_err(), "{name:?}");
        }
    }

    #[test]
    fn the_kernel_has_a_hostname() {
        let value = LinuxKernelParams.read("proc.sys.kernel.hostname").expect("readable");
        assert!(value.is_some_and(|name| !name.is_empty()));
        assert_eq!(LinuxKernelParams.read("proc.sys.kernel.nonsense").expect("readable"), None);
    }
}
