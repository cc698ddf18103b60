//! The kernel boundary: processes, mounts, modules, control groups, power.
//!
//! In: plain requests. Out: what the kernel did. No policy, no resources, no asynchronous code, so that `init` can use it
//! as well as `machined`. One of the three crates with `unsafe` code.

mod cgroup;
mod clock;
mod device;
mod limits;
mod loop_device;
mod mode;
mod module;
mod mount;
mod namespace;
pub mod pid1;
mod power;
mod process;
#[cfg(feature = "async")]
mod readiness;
mod signal;
mod spawn;
mod watchdog;

pub use cgroup::{Cgroup, CgroupError, CharacterDevices, Hierarchies, restrict_devices};
pub use clock::set_clock;
pub use device::make_character_device;
pub use limits::Limits;
pub use loop_device::LoopDevice;
pub use mode::{Mode, PLATFORM, RUNNER, Runner};
pub use module::{LoadedModule, ModuleIndex, load_module, loaded_modules};
pub use mount::{
    Mount, MountFlags, bind, bind_with, is_mounted, make_private, make_shared, mount, mounts, move_mount, pivot_root,
    set_mount_flags, unmount,
};
pub use namespace::{Namespaces, own_cgroup_namespace, set_hostname, unshare};
pub use power::{PowerAction, disable_ctrl_alt_del, power};
pub use process::{ProcessId, inherited, is_alive, open_pid, process_start_time, send_signal, signal_everybody};
#[cfg(feature = "async")]
pub use readiness::Readiness;
pub use signal::{SignalFile, Waited, block_signals, reap};
pub use spawn::{SpawnError, SpawnSpec, Spawned, spawn};
pub use watchdog::Watchdog;
