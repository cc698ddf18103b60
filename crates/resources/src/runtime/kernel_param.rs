//! Kernel parameters: files below `/proc/sys` and `/sys`, by their path with dots (`proc.sys.net.ipv4.ip_forward`).

use minos_runtime::{Column, Spec};
use serde::{Deserialize, Serialize};

/// What the configuration wants a parameter to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KernelParamSpec {
    /// Value, as written to the file.
    pub value: String,
    /// A kernel that lacks the parameter is no error.
    pub ignore_errors: bool,
}

/// What the system wants a parameter to be, unless the configuration says otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KernelParamDefaultSpec {
    /// Value, as written to the file.
    pub value: String,
    /// A kernel that lacks the parameter is no error.
    pub ignore_errors: bool,
}

/// What a parameter is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KernelParamStatus {
    /// The value in the kernel.
    pub current: String,
    /// The value that it had before it was changed, restored when nobody wants another.
    pub default: String,
    /// The kernel does not have it.
    pub unsupported: bool,
}

impl Spec for KernelParamSpec {
    const TYPE: &'static str = "KernelParamSpecs.runtime.talos.dev";
    const NAMESPACE: &'static str = super::NAMESPACE;
    const COLUMNS: &'static [Column] = &[Column::new("Value", "{.value}")];
}

impl Spec for KernelParamDefaultSpec {
    const TYPE: &'static str = "KernelParamDefaultSpecs.runtime.talos.dev";
    const NAMESPACE: &'static str = super::NAMESPACE;
    const COLUMNS: &'static [Column] = &[Column::new("Value", "{.value}")];
}

impl Spec for KernelParamStatus {
    const TYPE: &'static str = "KernelParamStatuses.runtime.talos.dev";
    const NAMESPACE: &'static str = super::NAMESPACE;
    const ALIASES: &'static [&'static str] = &["sysctls", "kernelparameters", "kernelparams"];
    const COLUMNS: &'static [Column] = &[
        Column::new("Current", "{.current}"),
        Column::new("Default", "{.default}"),
        Column::new("Unsupported", "{.unsupported}"),
    ];
}
