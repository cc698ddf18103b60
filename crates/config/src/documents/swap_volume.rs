use crate::{
    documents::{Kind, Whole, volume_encryption::Encryption, volume_parts::{Needs, Provisioning, check_name}},
    schema::{Effect, section},
    validate::Check,
};

section! {
    /// A partition to which the kernel moves memory that is not used.
    pub struct SwapVolumeConfig {
        /// Its name: letters, digits and `-`, at most 34.
        "name" => name: String [required] [example("swap1")],
        /// Where it is, and how large.
        "provisioning" => provisioning: Provisioning,
        /// How it is encrypted.
        "encryption" => encryption: Encryption,
    }
}

impl Kind for SwapVolumeConfig {
    const EFFECT: Effect = Effect::Idle;
    const SINCE: &'static str = "v1.11";

    fn check(&self, _: &Whole<'_>, check: &mut Check) {
        check_name(&self.name, check);
        self.provisioning.check(Needs::DiskAndSize, check);
        self.encryption.check(check);
    }
}
