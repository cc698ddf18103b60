//! Namespaces of this process.

use std::io::{Error, Result};

/// Makes the control groups that this process is in the roots that it and its later children see. What is mounted already
/// shows the groups as before.
///
/// # Errors
/// As unshare(2).
pub fn own_cgroup_namespace() -> Result<()> {
    // SAFETY: plain system call; it changes only which control groups this process takes for the roots.
    if unsafe { libc::unshare(libc::CLONE_NEWCGROUP) } < 0 { Err(Error::last_os_error()) } else { Ok(()) }
}
