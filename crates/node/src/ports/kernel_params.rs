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

    /// Whether the parameter belongs to the node; others are neither read nor written.
    fn is_own(&self, _name: &str) -> bool {
        true
    }
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

/// The running kernel of a host that the node is a container on: only the parameters of its own network belong to it.
#[derive(Debug, Clone, Copy, Default)]
pub struct NamespaceKernelParams;

impl KernelParams for NamespaceKernelParams {
    fn read(&self, name: &str) -> Result<Option<String>> {
        LinuxKernelParams.read(name)
    }

    fn write(&self, name: &str, value: &str) -> Result<()> {
        match self.is_own(name) {
            true => LinuxKernelParams.write(name, value),
            false => Err(Error::new(ErrorKind::PermissionDenied, format!("{name} belongs to the host"))),
        }
    }

    fn is_own(&self, name: &str) -> bool {
        name.starts_with("proc.sys.net.")
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
    fn a_container_writes_only_its_network_s_parameters() {
        for name in ["proc.sys.kernel.panic", "proc.sys.net", "sys.kernel.mm.ksm.run", "proc.sys.network.x"] {
            assert!(!NamespaceKernelParams.is_own(name), "{name}");
            let error = NamespaceKernelParams.write(name, "1").expect_err("refused");
            assert_eq!(error.kind(), ErrorKind::PermissionDenied, "{name}");
        }
        assert!(NamespaceKernelParams.is_own("proc.sys.net.ipv4.ip_forward"));
    }

    #[test]
    fn the_kernel_has_a_hostname() {
        let value = LinuxKernelParams.read("proc.sys.kernel.hostname").expect("readable");
        assert!(value.is_some_and(|name| !name.is_empty()));
        assert_eq!(LinuxKernelParams.read("proc.sys.kernel.nonsense").expect("readable"), None);
    }
}
