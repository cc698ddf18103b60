//! Facts that the boot and the firmware leave behind, as resources.

mod boot_steps;
mod booted_entry;
mod cmdline;
mod hardware;
mod security_state;

pub(crate) use boot_steps::BootSteps;
pub(crate) use booted_entry::LoaderEntry;
pub(crate) use cmdline::Cmdline;
pub(crate) use hardware::Hardware;
pub(crate) use security_state::Security;
