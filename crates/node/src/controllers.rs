//! The controllers of this domain and what they need.

use std::path::PathBuf;
use std::sync::Arc;

use minos_runtime::Controller;

use crate::etc_file::EtcFileApply;
use crate::facts::{BootSteps, Cmdline, Hardware};
use crate::kernel_module::{KernelModuleApply, KernelModuleConfig};
use crate::kernel_param::{KernelParamApply, KernelParamConfig, KernelParamDefaults};
use crate::machine::{MachineKind, MachineReadiness};
use crate::platform::PlatformFacts;
use crate::time::TimeSync;
use crate::{
    Clock, EtcFiles, KernelModules, KernelParams, LinuxClock, LinuxEtcFiles, LinuxKernelModules, LinuxKernelParams,
    Platform, Sntp, TimeServers,
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
}

impl Deps {
    /// The running node, with the kernel's command line and the platform that it names.
    pub fn linux(cmdline: &str, platform: Arc<dyn Platform>) -> Self {
        Self {
            kernel_params: Arc::new(LinuxKernelParams),
            kernel_modules: Arc::new(LinuxKernelModules::new("/usr/lib/modules")),
            etc_files: Arc::new(LinuxEtcFiles::new("/system/etc", "/etc", Arc::new(minos_sys::bind))),
            clock: Arc::new(LinuxClock),
            time_servers: Arc::new(Sntp::default()),
            platform,
            cmdline: cmdline.trim_end().to_owned(),
            boot_steps: PathBuf::from("/run/minos/boot-steps.json"),
            dmi: PathBuf::from("/sys/class/dmi/id"),
        }
    }
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
        Box::new(MachineKind),
        Box::new(MachineReadiness::default()),
        Box::new(PlatformFacts::new(deps.platform)),
        Box::new(TimeSync::new(deps.time_servers, deps.clock)),
    ]
}
