//! Signals as a file, and reaping.

use std::io::Result;
use std::os::fd::{AsRawFd as _, FromRawFd as _, OwnedFd};

/// Signals that arrive as readable data.
#[derive(Debug)]
pub struct SignalFile {
    file: OwnedFd,
}

/// A child that has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waited {
    /// Its id.
    pub pid: i32,
    /// As wait(2) reports it.
    pub status: i32,
}

/// Blocks these signals for this thread, and all threads it starts, and delivers them through a file.
///
/// # Errors
/// As signalfd(2).
pub fn block_signals(signals: &[i32]) -> Result<SignalFile> {
    // SAFETY: an all-zero set is valid memory for sigemptyset to fill.
    let mut set: libc::sigset_t = unsafe { std::mem::zeroed() };
    // SAFETY: `set` is valid for writing.
    unsafe { libc::sigemptyset(&raw mut set) };
    for signal in signals {
        // SAFETY: `set` was filled above.
        unsafe { libc::sigaddset(&raw mut set, *signal) };
    }
    // SAFETY: `set` is complete.
    if unsafe { libc::sigprocmask(libc::SIG_BLOCK, &raw const set, std::ptr::null_mut()) } < 0 {
        return Err(std::io::Error::last_os_error());
    }
    // SAFETY: `set` is complete; -1 asks for a new descriptor.
    let file = unsafe { libc::signalfd(-1, &raw const set, libc::SFD_CLOEXEC | libc::SFD_NONBLOCK) };
    if file < 0 {
        return Err(std::io::Error::last_os_error());
    }
    // SAFETY: a new descriptor that nobody else owns.
    Ok(SignalFile { file: unsafe { OwnedFd::from_raw_fd(file) } })
}

impl SignalFile {
    /// For polling.
    pub fn file(&self) -> &OwnedFd {
        &self.file
    }

    /// The next signal that has arrived, if one has.
    pub fn next(&self) -> Option<i32> {
        // SAFETY: an all-zero record is valid memory for the kernel to fill.
        let mut info: libc::signalfd_siginfo = unsafe { std::mem::zeroed() };
        let size = size_of::<libc::signalfd_siginfo>();
        // SAFETY: reads at most `size` bytes into a record of that size.
        let read = unsafe { libc::read(self.file.as_raw_fd(), (&raw mut info).cast(), size) };
        (usize::try_from(read) == Ok(size)).then(|| i32::try_from(info.ssi_signo).unwrap_or_default())
    }
}

/// The next child that has ended, if one has; it is gone afterwards.
pub fn reap() -> Option<Waited> {
    let mut status = 0;
    // SAFETY: `status` is valid for writing. __WALL: children made with CLONE_PARENT send no signal and count as clones.
    let pid = unsafe { libc::waitpid(-1, &raw mut status, libc::WNOHANG | libc::__WALL) };
    (pid > 0).then_some(Waited { pid, status })
}
