//! Namespaces (namespaces(7)).

use std::io::{Error, Result};

/// Kinds of namespaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Namespaces {
    /// Mounts.
    pub mount: bool,
    /// Host name.
    pub uts: bool,
    /// Message queues, semaphores and shared memory.
    pub ipc: bool,
    /// Process ids. A new process is PID 1 of it; a process cannot move into one itself.
    pub pid: bool,
    /// Links, addresses, routes, sockets.
    pub network: bool,
    /// The roots of the control group hierarchies: the groups of the process that makes the namespace.
    pub cgroup: bool,
}

impl Namespaces {
    pub(crate) fn bits(self) -> libc::c_int {
        let kinds = [
            (self.mount, libc::CLONE_NEWNS),
            (self.uts, libc::CLONE_NEWUTS),
            (self.ipc, libc::CLONE_NEWIPC),
            (self.pid, libc::CLONE_NEWPID),
            (self.network, libc::CLONE_NEWNET),
            (self.cgroup, libc::CLONE_NEWCGROUP),
        ];
        kinds.iter().filter(|(wanted, _)| *wanted).fold(0, |bits, (_, bit)| bits | bit)
    }
}

/// Moves this thread, and the threads that it starts from now on, into new namespaces. Call it while there is one thread.
///
/// # Errors
/// As unshare(2).
pub fn unshare(kinds: Namespaces) -> Result<()> {
    // SAFETY: plain system call; only namespaces are asked for, no descriptor table is split.
    if unsafe { libc::unshare(kinds.bits()) } < 0 { Err(Error::last_os_error()) } else { Ok(()) }
}

/// Makes the control groups that this process is in the roots that it and its later children see. What is mounted already
/// shows the groups as before.
///
/// # Errors
/// As unshare(2).
pub fn own_cgroup_namespace() -> Result<()> {
    unshare(Namespaces { cgroup: true, ..Namespaces::default() })
}

/// Sets the host name of this process's namespace.
///
/// # Errors
/// As sethostname(2).
pub fn set_hostname(name: &str) -> Result<()> {
    Ok(rustix::system::sethostname(name.as_bytes())?)
}
