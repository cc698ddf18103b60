//! The machine itself: its kernel's parameters and modules, files in `/etc`, time, platform and stage.
//!
//! In: the machine configuration and what other domains report. Out: a kernel that is set up as wanted, and resources
//! that say how the machine is. Composed in `machined`.

#![forbid(unsafe_code)]

mod etc_file;
mod kernel_param;
mod ports;

pub use ports::{EtcFiles, KernelParams, LinuxEtcFiles, LinuxKernelParams};
