//! A file in `/etc` whose content the node decides at run time.

use crate::declare::resource;
use crate::wire::TextBytes;

resource! {
    /// A file to be in `/etc`; the id is its path below `/etc`, for example `resolv.conf`.
    #[derive(Default, Eq)]
    pub struct EtcFileSpec = "EtcFileSpecs.files.talos.dev" in "files" => {
        /// The whole content.
        1 "contents" as TextBytes => contents: String,
        /// Permission bits, for example `0o644`.
        2 "mode" => mode: u32,
        /// SELinux label; empty for none.
        3 "selinux_label" => selinux_label: String,
    }
    sensitive: true;
}

resource! {
    /// A file that is in `/etc`.
    #[derive(Eq)]
    pub struct EtcFileStatus = "EtcFileStatuses.files.talos.dev" in "files" => {
        /// Version of the [`EtcFileSpec`] that was written.
        1 "specVersion" => spec_version: String,
    }
}
