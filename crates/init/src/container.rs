//! Becoming a node in a container: what its runner has not done is done here, and what it has done stays. Nothing of the
//! host is changed.

mod control_groups;
mod kernel;

use std::path::Path;

use minos_sys::pid1::FROM_RUNNER;
use minos_sys::{MountFlags, PLATFORM, RUNNER, set_mount_flags};

use crate::console;
use crate::mounts::{self, MountError};

/// Folders in memory that an earlier boot may have filled: a runner may keep them.
const LEFTOVERS: [&str; 4] = ["/run/minos", "/run/containerd", "/run/log", "/system/run"];
/// What `machined` gets of this process's environment: the platform, its configuration, and who runs the container.
const ENVIRONMENT: [&str; 4] = [PLATFORM, RUNNER, "USERDATA", "TALOSSKU"];
/// Files in which runners write the node's name and resolvers.
const FILES: [&str; 2] = ["hostname", "resolv.conf"];

/// Prepares the container for `machined`.
///
/// # Errors
/// When something that the node needs cannot be mounted.
pub fn prepare() -> Result<(), MountError> {
    mounts::container()?;
    for folder in LEFTOVERS {
        // Of a folder that stays, the node's own files are written anew.
        drop(std::fs::remove_dir_all(folder));
    }
    control_groups::prepare()?;
    kernel::shield();
    let sys = set_mount_flags(Path::new("/sys"), MountFlags { read_only: true, ..MountFlags::strict() });
    sys.unwrap_or_else(|error| console::say(&format!("/sys stays writable: {error}")));
    keep_files();
    Ok(())
}

/// The variables for `machined`.
pub fn environment() -> Vec<String> {
    ENVIRONMENT.iter().filter_map(|name| Some(format!("{name}={}", std::env::var(name).ok()?))).collect()
}

/// Keeps what the runner has written, before `machined` puts its own files there.
fn keep_files() {
    drop(std::fs::create_dir_all(FROM_RUNNER));
    for name in FILES {
        drop(std::fs::copy(Path::new("/etc").join(name), Path::new(FROM_RUNNER).join(name)));
    }
    let hostname = Path::new(FROM_RUNNER).join("hostname");
    if std::fs::read_to_string(&hostname).unwrap_or_default().trim().is_empty() {
        drop(std::fs::write(hostname, rustix::system::uname().nodename().to_bytes()));
    }
}
