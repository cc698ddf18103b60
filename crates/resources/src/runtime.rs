//! The machine itself: stage, kernel, platform, boot.

mod boot_step;
mod booted_entry;
mod extension;
mod kernel_cmdline;
mod kernel_module;
mod kernel_param;
mod log_config;
mod machine_stage;
mod machine_state;
mod machine_status;
mod platform_metadata;
mod security_state;
mod selector_status;
mod service_config;
mod version;
mod watchdog;

pub use boot_step::BootStep;
pub use booted_entry::BootedEntry;
pub use extension::{ExtensionCompatibility, ExtensionMetadata, ExtensionStatus, SbomItem, VersionConstraint};
pub use kernel_cmdline::KernelCmdline;
pub use kernel_module::{KernelModuleSpec, LoadedKernelModule};
pub use kernel_param::{KernelParamDefaultSpec, KernelParamSpec, KernelParamStatus};
pub use log_config::{Environment, EventSinkConfig, KmsgLogConfig};
pub use machine_stage::{MachineStage, MachineStageSpec};
pub use machine_state::{
    DevicesStatus, Diagnostic, MachineResetSignal, MetaKey, MetaLoaded, OomAction, UniqueMachineToken,
};
pub use machine_status::{MachineStatus, Readiness, UnmetCondition};
pub use platform_metadata::PlatformMetadata;
pub use security_state::{FipsState, SecurityState, SelinuxState};
pub use selector_status::SelectorStatus;
pub use service_config::{
    ApiServiceConfig, ExtensionServiceConfig, ExtensionServiceConfigStatus, ExtensionServiceFile,
    MaintenanceServiceConfig, MaintenanceServiceRequest, ServicePid,
};
pub use version::Version;
pub use watchdog::{WatchdogTimerConfig, WatchdogTimerStatus};

use crate::declare::definitions;

/// The namespace of this domain.
pub const NAMESPACE: &str = "runtime";

definitions![
    ApiServiceConfig,
    BootStep,
    BootedEntry,
    DevicesStatus,
    Diagnostic,
    Environment,
    EventSinkConfig,
    ExtensionServiceConfig,
    ExtensionServiceConfigStatus,
    ExtensionStatus,
    KernelCmdline,
    KernelModuleSpec,
    KernelParamDefaultSpec,
    KernelParamSpec,
    KernelParamStatus,
    KmsgLogConfig,
    LoadedKernelModule,
    MachineResetSignal,
    MachineStageSpec,
    MachineStatus,
    MaintenanceServiceConfig,
    MaintenanceServiceRequest,
    MetaKey,
    MetaLoaded,
    OomAction,
    PlatformMetadata,
    SbomItem,
    SecurityState,
    SelectorStatus,
    ServicePid,
    UniqueMachineToken,
    Version,
    WatchdogTimerConfig,
    WatchdogTimerStatus,
];
