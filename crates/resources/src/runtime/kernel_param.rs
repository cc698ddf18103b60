//! Kernel parameters: files below `/proc/sys` and `/sys`, by their path with dots (`proc.sys.net.ipv4.ip_forward`).

use crate::declare::resource;

resource! {
    /// What the configuration wants a parameter to be.
    #[derive(Eq)]
    pub struct KernelParamSpec = "KernelParamSpecs.runtime.talos.dev" in super::NAMESPACE => {
        /// Value, as written to the file.
        1 "value" => value: String,
        /// A kernel that lacks the parameter is no error.
        2 "ignoreErrors" => ignore_errors: bool,
    }
}

resource! {
    /// What the system wants a parameter to be, unless the configuration says otherwise.
    #[derive(Eq)]
    pub struct KernelParamDefaultSpec = "KernelParamDefaultSpecs.runtime.talos.dev" in super::NAMESPACE => {
        /// Value, as written to the file.
        1 "value" => value: String,
        /// A kernel that lacks the parameter is no error.
        2 "ignoreErrors" => ignore_errors: bool,
    }
}

resource! {
    /// What a parameter is.
    #[derive(Eq)]
    pub struct KernelParamStatus = "KernelParamStatuses.runtime.talos.dev" in super::NAMESPACE => {
        /// The value in the kernel.
        1 "current" => current: String,
        /// The value that it had before it was changed, restored when nobody wants another.
        2 "default" => default: String,
        /// The kernel does not have it.
        3 "unsupported" => unsupported: bool,
    }
    aliases: ["sysctls", "kernelparameters", "kernelparams"];
    columns: ["Current" => "{.current}", "Default" => "{.default}", "Unsupported" => "{.unsupported}"];
}
