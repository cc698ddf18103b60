use crate::{
    documents::{Kind, Whole, volume_encryption::Encryption, volume_parts::{Needs, Provisioning, check_name}},
    schema::{Effect, section},
    validate::Check,
};

section! {
    /// A partition without a file system, for storage systems that run in pods.
    pub struct RawVolumeConfig {
        /// Its name: letters, digits and `-`, at most 34.
        "name" => name: String [required] [example("local-raw")],
        /// Where it is, and how large.
        "provisioning" => provisioning: Provisioning,
        /// How it is encrypted.
        "encryption" => encryption: Encryption,
    }
}

impl Kind for RawVolumeConfig {
    const EFFECT: Effect = Effect::Idle;
    const SINCE: &'static str = "v1.11";

    fn check(&self, _: &Whole<'_>, check: &mut Check) {
        check_name(&self.name, check);
        self.provisioning.check(Needs::DiskAndSize, check);
        self.encryption.check(check);
    }
}
