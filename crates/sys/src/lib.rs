//! The kernel boundary: processes, mounts, modules, control groups, power.
//!
//! In: plain requests. Out: what the kernel did. No policy, no resources, no asynchronous code, so that `init` can use it
//! as well as `machined`. One of the three crates with `unsafe` code.

mod cgroup;
mod clock;
mod module;
mod mount;
pub mod pid1;
mod power;
mod process;
#[cfg(feature = "async")]
mod readiness;
mod signal;
mod spawn;
mod watchdog;

pub use cgroup::{Cgroup, CgroupError};
pub use clock::set_clock;
pub use module::{LoadedModule, ModuleIndex, load_module, loaded_modules};
pub use mount::{Mount, MountFlags, bind, is_mounted, make_shared, mount, mounts, move_mount, unmount};
pub use power::{PowerAction, disable_ctrl_alt_del, power};
pub use process::{ProcessId, inherited, is_alive, open_pid, process_start_time, send_signal, signal_everybody};
#[cfg(feature = "async")]
pub use readiness::Readiness;
pub use signal::{SignalFile, Waited, block_signals, reap};
pub use spawn::{SpawnError, SpawnSpec, Spawned, spawn};
pub use watchdog::Watchdog;
