//! The machine itself: its kernel's parameters and modules, files in `/etc`, time, platform and stage.
//!
//! In: the machine configuration and what other domains report. Out: a kernel that is set up as wanted, and resources
//! that say how the machine is. Composed in `machined`.

#![forbid(unsafe_code)]

mod controllers;
mod etc_file;
mod facts;
mod kernel_module;
mod kernel_param;
mod machine;
mod platform;
mod ports;
mod selector;
mod time;

pub use controllers::{Deps, controllers, linux_platform};
pub use platform::{ContainerAccess, Platform, PlatformAccess, PlatformError, platform_from_cmdline};
pub use ports::{
    Clock, Download, EtcFiles, Files, HttpDownload, KernelModules, KernelParams, LinuxClock, LinuxEtcFiles,
    LinuxKernelModules, LinuxKernelParams, LinuxVolumes, NamespaceKernelParams, Sntp, TimeServers, Volumes,
};
pub use selector::selector_facts;
pub use time::{Answer, PacketError};
