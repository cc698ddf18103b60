//! What this domain needs of the system, as small traits.

mod etc_files;
mod kernel_params;

pub use etc_files::{EtcFiles, LinuxEtcFiles};
pub use kernel_params::{KernelParams, LinuxKernelParams};
