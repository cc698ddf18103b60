use std::time::Duration;

use super::{FileMode, Object};
use crate::schema::section;

section! {
    /// A file to write.
    pub struct MachineFile {
        /// What it holds, as plain text.
        "content" => content: String [example("\"[plugins]\\n\"")],
        /// Its permission bits. They do not matter for containerd's files.
        "permissions" => permissions: FileMode [example("0o644")],
        /// Its path from the root.
        "path" => path: String [example("/etc/cri/conf.d/20-customization.part")],
        /// What to do: `create` a new file, `append` to the one that is there, or `overwrite` it. They do not differ
        /// for containerd's files.
        "op" => op: String [example("create")],
    }
}

section! {
    /// Time synchronisation.
    pub struct Time {
        /// True switches it off. The boot does not wait for the time then.
        "disabled" => disabled: Option<bool> [default("false")],
        /// The servers that are asked for the time (SNTP). A clock device, as `/dev/ptp0`, cannot be asked yet.
        "servers" => servers: Vec<String> [default("time.cloudflare.com")] [example("[time.example.org]")],
        /// How long the boot waits for the time. The servers are asked further afterwards.
        "bootTimeout" => boot_timeout: Option<Duration> [default("without end")] [example("2m")],
    }
}

section! {
    /// The device manager.
    pub struct Udev {
        /// Further rules, each as one line of udev's.
        "rules" => rules: Vec<String> [example("[\"SUBSYSTEM==\\\"drm\\\", MODE=\\\"0660\\\"\"]")],
    }
}

section! {
    /// A seccomp profile.
    pub struct SeccompProfile {
        /// The name of its file.
        "name" => name: String [example("audit.json")],
        /// The profile, as container runtimes read it.
        "value" => value: Object [example("{defaultAction: SCMP_ACT_LOG}")],
    }
}
