use crate::{
    documents::{Kind, Whole, volume_parts::{ExistingMountOptions, check_name}},
    schema::{Effect, section},
    validate::Check,
};

section! {
    /// A file system that the machine's host offers, mounted for pods at `/var/mnt/<name>`.
    pub struct ExternalVolumeConfig {
        /// Its name: letters, digits and `-`, at most 34.
        "name" => name: String [required] [example("shared")],
        /// What offers it.
        "filesystemType" => filesystem_type: String [required] [values(&["virtiofs"])],
        /// How it is mounted.
        "mount" => mount: ExternalMountOptions,
    }
}

section! {
    /// How it is mounted.
    pub struct ExternalMountOptions {
        /// Which of the host's file systems; needed for `virtiofs`.
        "virtiofs" => virtiofs: Option<Virtiofs>,
    } with options: ExistingMountOptions
}

section! {
    /// A file system that a virtual machine's host shares.
    pub struct Virtiofs {
        /// The host's name for it.
        "tag" => tag: String [required] [example("shared")],
    }
}

impl Kind for ExternalVolumeConfig {
    const EFFECT: Effect = Effect::Idle;
    const SINCE: &'static str = "v1.13";

    fn check(&self, _: &Whole<'_>, check: &mut Check) {
        check_name(&self.name, check);
        check.require(self.mount.virtiofs.is_some(), "mount/virtiofs", "the host's name for it is needed, as tag");
    }
}
