//! Kernel modules: those that the configuration names, and those that are loaded.

use crate::declare::resource;

resource! {
    /// A module to load, by the module's name.
    #[derive(Eq)]
    pub struct KernelModuleSpec = "KernelModuleSpecs.runtime.talos.dev" in super::NAMESPACE => {
        /// Name; the key is the contract's.
        1 "string" => name: String,
        /// Parameters, `key=value`.
        2 "parameters" => parameters: Vec<String>,
    }
}

resource! {
    /// A module that the kernel has loaded, by its name (`/proc/modules`).
    #[derive(Eq)]
    pub struct LoadedKernelModule = "LoadedKernelModules.runtime.talos.dev" in super::NAMESPACE => {
        /// Memory, in bytes.
        1 "size" => size: u64,
        /// How many users it has.
        2 "referenceCount" => reference_count: u64,
        /// The modules that use it.
        3 "dependencies" => dependencies: Vec<String> [omitempty],
        /// `Live`, `Loading` or `Unloading`.
        4 "state" => state: String,
        /// Address, zero for readers without privilege.
        5 "address" => address: String,
    }
    aliases: ["module", "modules"];
    columns: ["State" => "{.state}"];
}
