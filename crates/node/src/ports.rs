//! What this domain needs of the system, as small traits.

mod download;
mod etc_files;
mod kernel_modules;
mod kernel_params;
mod time;
mod volumes;

pub use download::{Download, HttpDownload};
pub use etc_files::{EtcFiles, LinuxEtcFiles};
pub use kernel_modules::{KernelModules, LinuxKernelModules};
pub use kernel_params::{KernelParams, LinuxKernelParams, NamespaceKernelParams};
pub use time::{Clock, LinuxClock, Sntp, TimeServers};
pub use volumes::{Files, LinuxVolumes, Volumes};
