//! The salt of disk encryption.

use minos_runtime::Spec;
use serde::{Deserialize, Serialize};

/// What keys derived from the machine are salted with.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EncryptionSalt {
    /// The salt.
    #[serde(rename = "diskSalt")]
    pub disk_salt: Vec<u8>,
}

impl EncryptionSalt {
    /// Id of the only one.
    pub const ID: &'static str = "salt";
}

impl Spec for EncryptionSalt {
    const TYPE: &'static str = "EncryptionSalts.secrets.talos.dev";
    const NAMESPACE: &'static str = super::NAMESPACE;
    const SENSITIVE: bool = true;
}
