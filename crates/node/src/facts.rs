//! Facts that the boot and the firmware leave behind, as resources.

mod boot_steps;
mod cmdline;
mod hardware;

pub(crate) use boot_steps::BootSteps;
pub(crate) use cmdline::Cmdline;
pub(crate) use hardware::Hardware;
