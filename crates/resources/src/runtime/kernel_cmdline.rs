//! The kernel's command line.

use minos_runtime::{Column, Spec};
use serde::{Deserialize, Serialize};

/// The command line that the kernel was started with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KernelCmdline {
    /// As in `/proc/cmdline`, without the final newline.
    pub cmdline: String,
}

impl KernelCmdline {
    /// Id of the only one.
    pub const ID: &'static str = "cmdline";
}

impl Spec for KernelCmdline {
    const TYPE: &'static str = "KernelCmdlines.runtime.talos.dev";
    const NAMESPACE: &'static str = super::NAMESPACE;
    const ALIASES: &'static [&'static str] = &["cmdline"];
    const COLUMNS: &'static [Column] = &[Column::new("Cmdline", "{.cmdline}")];
}
