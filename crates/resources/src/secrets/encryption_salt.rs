//! The salt of disk encryption.

use crate::declare::resource;

resource! {
    /// What keys derived from the machine are salted with.
    #[derive(Default, Eq)]
    pub struct EncryptionSalt = "EncryptionSalts.secrets.talos.dev" in super::NAMESPACE => {
        /// The salt.
        1 "diskSalt" => disk_salt: Vec<u8>,
    }
    sensitive: true;
}

impl EncryptionSalt {
    /// Id of the only one.
    pub const ID: &'static str = "salt";
}
