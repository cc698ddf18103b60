use std::time::Duration;

use super::{FileMode, Labels, Object};
use crate::schema::section;

section! {
    /// A file to write.
    pub struct MachineFile {
        /// What it holds.
        "content" => content: String,
        /// Its permissions.
        "permissions" => permissions: FileMode,
        /// Its path: under `/var`, or one of those under `/etc` that may be written.
        "path" => path: String,
        /// `create`, `append` or `overwrite`.
        "op" => op: String,
    }
}

section! {
    /// Time synchronisation.
    pub struct Time {
        /// True switches it off.
        "disabled" => disabled: Option<bool>,
        /// Servers, or `/dev/ptp0`.
        "servers" => servers: Vec<String>,
        /// How long the boot waits for the time; without end when absent.
        "bootTimeout" => boot_timeout: Option<Duration>,
    }
}

section! {
    /// The kernel.
    pub struct Kernel {
        /// Modules to load.
        "modules" => modules: Vec<KernelModule>,
    }
}

section! {
    /// A module to load.
    pub struct KernelModule {
        /// Its name.
        "name" => name: String,
        /// Its parameters, as `key=value`.
        "parameters" => parameters: Vec<String>,
    }
}

section! {
    /// Rules for device nodes.
    pub struct Udev {
        /// The rules.
        "rules" => rules: Vec<String>,
    }
}

section! {
    /// Where logs are sent.
    pub struct Logging {
        /// The destinations.
        "destinations" => destinations: Vec<LoggingDestination>,
    }
}

section! {
    /// One destination of logs.
    pub struct LoggingDestination {
        /// `tcp://` or `udp://` with host and port.
        "endpoint" => endpoint: String,
        /// Always `json_lines`.
        "format" => format: String,
        /// Tags of every line.
        "extraTags" => extra_tags: Labels,
    }
}

section! {
    /// A seccomp profile for containers.
    pub struct SeccompProfile {
        /// Its file name.
        "name" => name: String,
        /// The profile.
        "value" => value: Object,
    }
}
