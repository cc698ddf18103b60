//! The machine itself: stage, kernel, platform, boot.

mod boot_step;
mod booted_entry;
mod kernel_cmdline;
mod kernel_module;
mod kernel_param;
mod machine_stage;
mod machine_status;
mod platform_metadata;
mod version;

pub use boot_step::BootStep;
pub use booted_entry::BootedEntry;
pub use kernel_cmdline::KernelCmdline;
pub use kernel_module::{KernelModuleSpec, LoadedKernelModule};
pub use kernel_param::{KernelParamDefaultSpec, KernelParamSpec, KernelParamStatus};
pub use machine_stage::{MachineStage, MachineStageSpec};
pub use machine_status::{MachineStatus, Readiness, UnmetCondition};
pub use platform_metadata::PlatformMetadata;
pub use version::Version;

use minos_runtime::Definition;

/// The namespace of this domain.
pub const NAMESPACE: &str = "runtime";

/// The types of this domain.
pub const DEFINITIONS: &[Definition] = &[
    Definition::of::<BootStep>(),
    Definition::of::<BootedEntry>(),
    Definition::of::<KernelCmdline>(),
    Definition::of::<KernelModuleSpec>(),
    Definition::of::<KernelParamDefaultSpec>(),
    Definition::of::<KernelParamSpec>(),
    Definition::of::<KernelParamStatus>(),
    Definition::of::<LoadedKernelModule>(),
    Definition::of::<MachineStageSpec>(),
    Definition::of::<MachineStatus>(),
    Definition::of::<PlatformMetadata>(),
    Definition::of::<Version>(),
];
