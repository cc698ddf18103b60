//! The end: everybody ends, everything is unmounted, the machine goes off or comes up again.

use std::path::Path;
use std::time::Duration;

use minos_sys::{Mode, PowerAction, mounts, power, reap, signal_everybody, unmount};

use crate::{console, stage1};

/// How long processes may take to end by themselves.
const PATIENCE: Duration = Duration::from_secs(5);
/// Between two looks.
const LOOK: Duration = Duration::from_millis(50);
/// Mounts that are not taken away: they hold nothing, or everything.
const KEPT: [&str; 5] = ["/", "/proc", "/sys", "/dev", "/run"];

/// Returns only when the kernel refuses. A container without power over itself ends.
pub fn stop(mode: Mode, action: PowerAction) {
    console::say("stopping all processes");
    drop(signal_everybody(libc::SIGTERM));
    if !all_gone_within(PATIENCE) {
        drop(signal_everybody(libc::SIGKILL));
        all_gone_within(PATIENCE);
    }
    write_back(mode);
    unmount_all(mode);
    console::say(match action {
        PowerAction::Off => "power off",
        PowerAction::Reboot => "reboot",
    });
    if !mode.has_power() {
        std::process::exit(0);
    }
    write_back(mode);
    if let Err(error) = power(action) {
        console::say(&format!("the kernel refuses: {error}"));
    }
}

/// Reboots without stopping anything; returns only when the kernel refuses.
pub fn reboot_at_once(mode: Mode) {
    write_back(mode);
    drop(power(PowerAction::Reboot));
}

/// Writes back what is in memory. In a container that would be the whole host's, which lives on.
fn write_back(mode: Mode) {
    if !mode.is_container() {
        rustix::fs::sync();
    }
}

fn all_gone_within(patience: Duration) -> bool {
    let mut waited = Duration::ZERO;
    while waited < patience {
        while reap().is_some() {}
        if signal_everybody(0).is_err() {
            return true;
        }
        stage1::pause(LOOK);
        waited += LOOK;
    }
    false
}

/// Youngest first, and again as long as that helps: a mount may be used by another.
fn unmount_all(mode: Mode) {
    for _ in 0..3 {
        let targets: Vec<_> = mounts().unwrap_or_default().into_iter().rev().map(|mount| mount.target).collect();
        let kept = |target: &Path| {
            KEPT.iter().any(|kept| target == Path::new(kept))
                || ["/proc", "/sys", "/dev"].iter().any(|kernel| target.starts_with(kernel))
        };
        let failed = targets.iter().filter(|target| !kept(target) && unmount(target, false).is_err()).count();
        if failed == 0 {
            return;
        }
    }
    if !mode.is_container() {
        console::say("some mounts are still in use; their data is written back");
    }
    write_back(mode);
}
