//! Turning the machine off and on.

use std::io::Result;

/// What to do with the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PowerAction {
    /// Off.
    Off,
    /// Off and on.
    Reboot,
}

/// Does it at once, and loses what was not written back; returns only when the kernel refuses. In a pid namespace it ends
/// PID 1 of the namespace by a signal: `SIGINT` for off, `SIGHUP` for a reboot.
///
/// # Errors
/// As reboot(2).
pub fn power(action: PowerAction) -> Result<()> {
    let command = match action {
        PowerAction::Off => libc::RB_POWER_OFF,
        PowerAction::Reboot => libc::RB_AUTOBOOT,
    };
    reboot(command)
}

/// Has Ctrl-Alt-Del send `SIGINT` to PID 1 instead of resetting the machine.
///
/// # Errors
/// As reboot(2).
pub fn disable_ctrl_alt_del() -> Result<()> {
    reboot(libc::RB_DISABLE_CAD)
}

fn reboot(command: libc::c_int) -> Result<()> {
    // SAFETY: plain system call.
    if unsafe { libc::reboot(command) } < 0 { Err(std::io::Error::last_os_error()) } else { Ok(()) }
}
