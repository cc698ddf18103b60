//! Processes by id.

use std::io::{Error, ErrorKind, Result};
use std::os::fd::{AsFd, FromRawFd as _, OwnedFd};

use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};

/// A process's id together with when it started, so that it is never mistaken for a later one of the same id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProcessId {
    /// Id.
    pub pid: i32,
    /// When it started, in clock ticks since the boot.
    pub started: u64,
}

/// When a process started, in clock ticks since the boot (proc_pid_stat(5)).
///
/// # Errors
/// When there is no such process.
pub fn process_start_time(pid: i32) -> Result<u64> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let field = stat.rsplit_once(") ").and_then(|(_, rest)| rest.split(' ').nth(19)?.parse().ok());
    field.ok_or_else(|| Error::new(ErrorKind::InvalidData, "the kernel wrote an unknown format"))
}

/// Whether that very process still runs (a process that has ended but was not reaped does not).
pub fn is_alive(process: ProcessId) -> bool {
    let path = format!("/proc/{}/stat", process.pid);
    let Ok(stat) = std::fs::read_to_string(path) else { return false };
    let Some((_, rest)) = stat.rsplit_once(") ") else { return false };
    !rest.starts_with('Z') && rest.split(' ').nth(19).is_some_and(|started| started == process.started.to_string())
}

/// A descriptor of a process.
///
/// # Errors
/// When there is no such process.
pub fn open_pid(pid: i32) -> Result<OwnedFd> {
    let pid = Pid::from_raw(pid).ok_or_else(|| Error::from(ErrorKind::InvalidInput))?;
    Ok(pidfd_open(pid, PidfdFlags::empty())?)
}

/// Sends a signal, by its number, through a descriptor.
///
/// # Errors
/// When the process has ended or the number is no signal.
pub fn send_signal(pidfd: impl AsFd, signal: i32) -> Result<()> {
    let signal = Signal::from_named_raw(signal).ok_or_else(|| Error::from(ErrorKind::InvalidInput))?;
    Ok(pidfd_send_signal(pidfd, signal)?)
}

/// Takes over a descriptor that this process was started with; `None` when there is none of that number. Call it once for
/// a number: whoever gets it owns it.
pub fn inherited(number: i32) -> Option<OwnedFd> {
    // SAFETY: asks about a number; a number that is no descriptor is answered with an error.
    if unsafe { libc::fcntl(number, libc::F_SETFD, libc::FD_CLOEXEC) } < 0 {
        return None;
    }
    // SAFETY: it is an open descriptor, which nobody else in this process owns: it was there before the process began.
    Some(unsafe { OwnedFd::from_raw_fd(number) })
}

/// Sends a signal to every process but PID 1 and this one.
///
/// # Errors
/// When there is nobody to send it to.
pub fn signal_everybody(signal: i32) -> Result<()> {
    // SAFETY: plain system call.
    if unsafe { libc::kill(-1, signal) } < 0 { Err(Error::last_os_error()) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_is_alive_and_another_start_is_not() {
        let pid = i32::try_from(std::process::id()).expect("small");
        let started = process_start_time(pid).expect("it runs");
        assert!(is_alive(ProcessId { pid, started }));
        assert!(!is_alive(ProcessId { pid, started: started + 1 }));
        open_pid(pid).expect("a descriptor");
    }
}
