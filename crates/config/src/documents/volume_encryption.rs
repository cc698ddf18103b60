//! Encryption of volumes.

use std::collections::BTreeSet;

use minos_pki::Secret;

use super::v1alpha1::NodeIdKey;
use crate::{schema::section, validate::Check};

/// Registers of a TPM.
const REGISTERS: u32 = 24;

section! {
    /// How a volume is encrypted.
    pub struct Encryption {
        /// The format: `luks2`.
        "provider" => provider: String [values(&["luks2"])] [example("luks2")],
        /// What opens it; each key alone does.
        "keys" => keys: Vec<VolumeKey>,
        /// The cipher.
        "cipher" => cipher: String [default("aes-xts-plain64")] [example("xchacha20,aes-adiantum-plain64")],
        /// Bits of the cipher's key.
        "keySize" => key_size: u32 [example("512")],
        /// Bytes that are encrypted together.
        "blockSize" => block_size: u64 [example("4096")],
        /// Options for speed, as `no_read_workqueue`, `no_write_workqueue` and `same_cpu_crypt`.
        "options" => options: Vec<String> [example("[no_read_workqueue]")],
    }
}

section! {
    /// A key.
    pub struct VolumeKey {
        /// The slot that it is kept in; each key has its own.
        "slot" => slot: Option<u32> [default("0")],
        /// A passphrase in this configuration.
        "static" => fixed: Option<Passphrase>,
        /// Derived from the machine's identity: no protection from somebody who has the whole machine.
        "nodeID" => node_id: Option<NodeIdKey>,
        /// Sealed by a key management service on the network.
        "kms" => kms: Option<NetworkKey>,
        /// Sealed by the machine's TPM.
        "tpm" => tpm: Option<SealedKey>,
        /// The key is mixed with a random value on STATE, so that it opens nothing without this machine's STATE.
        "lockToState" => lock_to_state: Option<bool> [default("false")] [since("v1.11")],
    }
}

section! {
    /// A passphrase.
    pub struct Passphrase {
        /// The passphrase.
        "passphrase" => passphrase: Secret,
    }
}

section! {
    /// A key of a key management service.
    pub struct NetworkKey {
        /// The service.
        "endpoint" => endpoint: String [required] [example("https://kms.example.org:4443")],
    }
}

section! {
    /// A key of the TPM.
    pub struct SealedKey {
        /// What the machine must be like for the TPM to give the key.
        "options" => options: Option<SealedKeyOptions> [since("v1.12")],
        /// The key is only made when secure boot is on.
        "checkSecurebootStatusOnEnroll" => check_secureboot_status_on_enroll: Option<bool> [default("false")],
    }
}

section! {
    /// What the machine must be like.
    pub struct SealedKeyOptions {
        /// Registers (PCRs) whose values must be the same, 0 to 23; an empty list binds the key to none.
        "pcrs" => pcrs: Option<Vec<u32>> [default("[7]")] [example("[0, 7]")],
    }
}

impl Encryption {
    pub fn is_empty(&self) -> bool {
        self.provider.is_empty() && self.keys.is_empty()
    }

    pub(super) fn check(&self, check: &mut Check) {
        if self.is_empty() {
            return;
        }
        check.require(!self.provider.is_empty(), "encryption/provider", "a provider is needed: luks2");
        check.require(!self.keys.is_empty(), "encryption/keys", "at least one key is needed");
        let mut slots = BTreeSet::new();
        for (index, key) in self.keys.iter().enumerate() {
            let place = format!("encryption/keys/{index}");
            let slot = key.slot.unwrap_or_default();
            check.require(slots.insert(slot), format!("{place}/slot"), format!("slot {slot} has another key already"));
            let given = key.fixed.is_some() || key.node_id.is_some() || key.kms.is_some() || key.tpm.is_some();
            check.require(given, place.clone(), "one of static, nodeID, kms and tpm is needed");
            let registers = key.tpm.iter().filter_map(|tpm| tpm.options.as_ref()?.pcrs.as_ref()).flatten();
            for (register, number) in registers.enumerate() {
                let place = format!("{place}/tpm/options/pcrs/{register}");
                check.require(*number < REGISTERS, place, "wanted a register from 0 to 23");
            }
        }
    }

    /// Whether a key is mixed with what is on STATE.
    pub(super) fn needs_state(&self) -> Option<usize> {
        self.keys.iter().position(|key| key.lock_to_state == Some(true))
    }
}
