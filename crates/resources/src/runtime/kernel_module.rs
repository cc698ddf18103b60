//! Kernel modules: those that the configuration names, and those that are loaded.

use minos_runtime::{Column, Spec};
use serde::{Deserialize, Serialize};

/// A module to load, by the module's name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KernelModuleSpec {
    /// Name; the key is the contract's.
    #[serde(rename = "string")]
    pub name: String,
    /// Parameters, `key=value`.
    pub parameters: Vec<String>,
}

/// A module that the kernel has loaded, by its name (`/proc/modules`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LoadedKernelModule {
    /// Memory, in bytes.
    pub size: u64,
    /// How many users it has.
    pub reference_count: u64,
    /// The modules that use it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dependencies: Vec<String>,
    /// `Live`, `Loading` or `Unloading`.
    pub state: String,
    /// Address, zero for readers without privilege.
    pub address: String,
}

impl Spec for KernelModuleSpec {
    const TYPE: &'static str = "KernelModuleSpecs.runtime.talos.dev";
    const NAMESPACE: &'static str = super::NAMESPACE;
    const COLUMNS: &'static [Column] = &[Column::new("Parameters", "{.parameters}")];
}

impl Spec for LoadedKernelModule {
    const TYPE: &'static str = "LoadedKernelModules.runtime.talos.dev";
    const NAMESPACE: &'static str = super::NAMESPACE;
    const ALIASES: &'static [&'static str] = &["module", "modules"];
    const COLUMNS: &'static [Column] = &[Column::new("State", "{.state}")];
}
