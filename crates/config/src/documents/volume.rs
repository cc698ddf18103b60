use crate::{
    documents::{Kind, V1Alpha1, Whole, volume_encryption::Encryption, volume_parts::{MountOptions, Needs, Provisioning}},
    schema::{Effect, section},
    validate::Check,
};

section! {
    /// One of the operating system's own volumes.
    pub struct VolumeConfig {
        /// Which one: `STATE` holds the machine's configuration and identity, `EPHEMERAL` is `/var`, `IMAGECACHE` holds
        /// container images that came with the machine.
        "name" => name: String [required] [values(&["STATE", "EPHEMERAL", "IMAGECACHE"])],
        /// Where it is, and how large. Not for `STATE`.
        "provisioning" => provisioning: Provisioning,
        /// How it is encrypted.
        "encryption" => encryption: Encryption,
        /// How it is mounted.
        "mount" => mount: MountOptions [since("v1.13")],
    }
}

impl Kind for VolumeConfig {
    const EFFECT: Effect = Effect::Idle;
    const SINCE: &'static str = "v1.8";

    fn check(&self, whole: &Whole<'_>, check: &mut Check) {
        if self.name == "STATE" {
            check.require(self.provisioning.is_empty(), "provisioning", "the place of STATE cannot be chosen");
            if let Some(index) = self.encryption.needs_state() {
                let place = format!("encryption/keys/{index}/lockToState");
                check.problem(place, "a key of STATE cannot depend on STATE");
            }
        }
        self.provisioning.check(Needs::Nothing, check);
        self.encryption.check(check);
        if !self.encryption.is_empty() {
            whole.exclude_old("machine.systemDiskEncryption", |main| self.encrypts_too(main), check);
        }
    }
}

impl VolumeConfig {
    /// Whether the old form encrypts the same volume.
    fn encrypts_too(&self, main: &V1Alpha1) -> bool {
        let old = main.machine.as_ref().and_then(|machine| machine.system_disk_encryption.as_ref());
        old.is_some_and(|old| match self.name.as_str() {
            "STATE" => old.state.is_some(),
            "EPHEMERAL" => old.ephemeral.is_some(),
            _ => false,
        })
    }
}
