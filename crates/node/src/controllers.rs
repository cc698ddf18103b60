//! The controllers of this domain and what they need.

use std::path::PathBuf;
use std::sync::Arc;

use minos_runtime::Controller;
use minos_sys::Mode;

use crate::etc_file::EtcFileApply;
use crate::facts::{BootSteps, Cmdline, Hardware, LoaderEntry, Security};
use crate::kernel_module::{KernelModuleApply, KernelModuleConfig};
use crate::kernel_param::{KernelParamApply, KernelParamConfig, KernelParamDefaults};
use crate::machine::{MachineKind, MachineReadiness};
use crate::platform::{Container, PlatformFacts, bare_metal};
use crate::selector::SelectorReport;
use crate::time::{HostTime, TimeSync};
use crate::{
    Clock, ContainerAccess, EtcFiles, KernelModules, KernelParams, LinuxClock, LinuxEtcFiles, LinuxKernelModules,
    LinuxKernelParams, NamespaceKernelParams, Platform, PlatformAccess, Sntp, TimeServers, platform_from_cmdline,
};

/// What the controllers need of the system.
#[derive(Clone)]
pub struct Deps {
    /// What the node runs on. A container has no say in the kernel's modules, the clock and the hardware.
    pub mode: Mode,
    /// Kernel parameters.
    pub kernel_params: Arc<dyn KernelParams>,
    /// Kernel modules.
    pub kernel_modules: Arc<dyn KernelModules>,
    /// Files in `/etc`.
    pub etc_files: Arc<dyn EtcFiles>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Time servers.
    pub time_servers: Arc<dyn TimeServers>,
    /// Where the node runs.
    pub platform: Arc<dyn Platform>,
    /// The kernel's command line.
    pub cmdline: String,
    /// The file with the times of the boot's steps.
    pub boot_steps: PathBuf,
    /// The folder with what the firmware says about the machine.
    pub dmi: PathBuf,
    /// The folder with the firmware's variables.
    pub efi_variables: PathBuf,
}

impl Deps {
    /// The running node.
    pub fn linux(mode: Mode) -> Self {
        let cmdline = linux_cmdline();
        let kernel_params: Arc<dyn KernelParams> =
            if mode.is_container() { Arc::new(NamespaceKernelParams) } else { Arc::new(LinuxKernelParams) };
        Self {
            mode,
            kernel_params,
            kernel_modules: Arc::new(LinuxKernelModules::new("/usr/lib/modules")),
            etc_files: Arc::new(LinuxEtcFiles::new("/system/etc", "/etc", Arc::new(minos_sys::bind))),
            clock: Arc::new(LinuxClock),
            time_servers: Arc::new(Sntp::default()),
            platform: linux_platform(mode),
            cmdline,
            boot_steps: PathBuf::from("/run/minos/boot-steps.json"),
            dmi: PathBuf::from("/sys/class/dmi/id"),
            efi_variables: PathBuf::from("/sys/firmware/efi/efivars"),
        }
    }
}

/// The platform of the running node, for the boot to ask it for a configuration. A command line that names one that there
/// is no code for is an error in the log, and the node is then bare metal: it can still be reached and told more.
pub fn linux_platform(mode: Mode) -> Arc<dyn Platform> {
    if mode.is_container() {
        return Arc::new(Container::new(ContainerAccess::linux()));
    }
    let cmdline = linux_cmdline();
    platform_from_cmdline(&cmdline, PlatformAccess::linux()).unwrap_or_else(|error| {
        tracing::error!(%error, "going on as on bare metal");
        bare_metal(&cmdline, PlatformAccess::linux())
    })
}

fn linux_cmdline() -> String {
    std::fs::read_to_string("/proc/cmdline").unwrap_or_default().trim_end().to_owned()
}

/// All controllers of this domain.
pub fn controllers(deps: Deps) -> Vec<Box<dyn Controller>> {
    let mut all: Vec<Box<dyn Controller>> = vec![
        Box::new(BootSteps::new(deps.boot_steps.clone())),
        Box::new(EtcFileApply::new(deps.etc_files.clone())),
        Box::new(KernelModuleConfig),
        Box::new(KernelParamApply::new(deps.kernel_params.clone())),
        Box::new(KernelParamConfig),
        Box::new(KernelParamDefaults),
        Box::new(MachineKind),
        Box::new(MachineReadiness::default()),
        Box::new(PlatformFacts::new(deps.platform.clone())),
        Box::new(SelectorReport::new(deps.mode)),
        Box::new(Security::new((!deps.mode.is_container()).then(|| deps.efi_variables.clone()), PathBuf::from("/sys"))),
    ];
    if deps.mode.is_container() {
        all.push(Box::new(HostTime));
    } else {
        all.extend(of_the_machine(deps));
    }
    all
}

/// Those that look after what a container's host looks after.
fn of_the_machine(deps: Deps) -> Vec<Box<dyn Controller>> {
    vec![
        Box::new(Cmdline::new(deps.cmdline)),
        Box::new(Hardware::new(deps.dmi)),
        Box::new(KernelModuleApply::new(deps.kernel_modules)),
        Box::new(LoaderEntry::new(deps.efi_variables)),
        Box::new(TimeSync::new(deps.time_servers, deps.clock)),
    ]
}

#[cfg(test)]
mod tests {
    use minos_sys::Runner;

    use super::*;

    fn names(mode: Mode) -> Vec<String> {
        controllers(Deps::linux(mode)).iter().map(|controller| controller.name().to_owned()).collect()
    }

    #[test]
    fn a_container_sets_no_clock_and_loads_no_module() {
        let (machine, container) = (names(Mode::Machine), names(Mode::Container(Runner::Other)));
        let only_machine: Vec<&String> = machine.iter().filter(|name| !container.contains(name)).collect();
        let expected = [
            "node.cmdline.report",
            "node.hardware.report",
            "node.kernel-module.apply",
            "node.booted-entry.report",
            "node.time.sync",
        ];
        assert_eq!(only_machine, expected);
        assert!(container.contains(&"node.time.host".to_owned()), "the time is known all the same");
    }
}
