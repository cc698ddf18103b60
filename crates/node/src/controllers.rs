//! The controllers of this domain and what they need.

use std::path::PathBuf;
use std::sync::Arc;

use minos_runtime::Controller;

use crate::etc_file::EtcFileApply;
use crate::facts::{BootSteps, Cmdline, Hardware, LoaderEntry};
use crate::kernel_module::{KernelModuleApply, KernelModuleConfig};
use crate::kernel_param::{KernelParamApply, KernelParamConfig, KernelParamDefaults};
use crate::machine::{MachineKind, MachineReadiness};
use crate::platform::{PlatformFacts, bare_metal};
use crate::time::TimeSync;
use crate::{
    Clock, EtcFiles, KernelModules, KernelParams, LinuxClock, LinuxEtcFiles, LinuxKernelModules, LinuxKernelParams,
    Platform, PlatformAccess, Sntp, TimeServers, platform_from_cmdline,
};

/// What the controllers need of the system.
#[derive(Clone)]
pub struct Deps {
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
    pub fn linux() -> Self {
        let cmdline = linux_cmdline();
        Self {
            kernel_params: Arc::new(LinuxKernelParams),
            kernel_modules: Arc::new(LinuxKernelModules::new("/usr/lib/modules")),
            etc_files: Arc::new(LinuxEtcFiles::new("/system/etc", "/etc", Arc::new(minos_sys::bind))),
            clock: Arc::new(LinuxClock),
            time_servers: Arc::new(Sntp::default()),
            platform: platform_or_metal(&cmdline),
            cmdline,
            boot_steps: PathBuf::from("/run/minos/boot-steps.json"),
            dmi: PathBuf::from("/sys/class/dmi/id"),
            efi_variables: PathBuf::from("/sys/firmware/efi/efivars"),
        }
    }
}

/// The platform of the running node, for the boot to ask it for a configuration. A command line that names one that there
/// is no code for is an error in the log, and the node is then bare metal: it can still be reached and told more.
pub fn linux_platform() -> Arc<dyn Platform> {
    platform_or_metal(&linux_cmdline())
}

fn platform_or_metal(cmdline: &str) -> Arc<dyn Platform> {
    platform_from_cmdline(cmdline, PlatformAccess::linux()).unwrap_or_else(|error| {
        tracing::error!(%error, "going on as on bare metal");
        bare_metal(cmdline, PlatformAccess::linux())
    })
}

fn linux_cmdline() -> String {
    std::fs::read_to_string("/proc/cmdline").unwrap_or_default().trim_end().to_owned()
}

/// All controllers of this domain.
pub fn controllers(deps: Deps) -> Vec<Box<dyn Controller>> {
    vec![
        Box::new(BootSteps::new(deps.boot_steps)),
        Box::new(Cmdline::new(deps.cmdline)),
        Box::new(EtcFileApply::new(deps.etc_files)),
        Box::new(Hardware::new(deps.dmi)),
        Box::new(KernelModuleApply::new(deps.kernel_modules)),
        Box::new(KernelModuleConfig),
        Box::new(KernelParamApply::new(deps.kernel_params)),
        Box::new(KernelParamConfig),
        Box::new(KernelParamDefaults),
        Box::new(LoaderEntry::new(deps.efi_variables)),
        Box::new(MachineKind),
        Box::new(MachineReadiness::default()),
        Box::new(PlatformFacts::new(deps.platform)),
        Box::new(TimeSync::new(deps.time_servers, deps.clock)),
    ]
}
