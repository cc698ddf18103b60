//! The kernel's command line.

use crate::declare::resource;

resource! {
    /// The command line that the kernel was started with.
    #[derive(Eq)]
    pub struct KernelCmdline = "KernelCmdlines.runtime.talos.dev" in super::NAMESPACE => {
        /// As in `/proc/cmdline`, without the final newline.
        1 "cmdline" => cmdline: String,
    }
    aliases: ["cmdline"];
    columns: ["Cmdline" => "{.cmdline}"];
}

impl KernelCmdline {
    /// Id of the only one.
    pub const ID: &'static str = "cmdline";
}
