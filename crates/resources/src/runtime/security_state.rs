//! How the system is protected.

use crate::declare::{enumeration, resource};

resource! {
    /// How the system is protected.
    #[derive(Default, Eq)]
    #[allow(missing_docs, reason = "the names are the contract's and explain themselves")]
    pub struct SecurityState = "SecurityStates.talos.dev" in "runtime" => {
        1 "secureBoot" => secure_boot: bool,
        2 "ukiSigningKeyFingerprint" => uki_signing_key_fingerprint: String [omitempty],
        3 "pcrSigningKeyFingerprint" => pcr_signing_key_fingerprint: String [omitempty],
        4 "selinuxState" => selinux_state: SelinuxState [omitempty],
        6 "fipsState" => fips_state: FipsState [omitempty],
        5 "bootedWithUKI" => booted_with_uki: bool [omitempty],
        7 "moduleSignatureEnforced" => module_signature_enforced: bool [omitempty],
    }
    columns: [
        "SecureBoot" => "{.secureBoot}",
        "UKISigningKeyFingerprint" => "{.ukiSigningKeyFingerprint}",
        "PCRSigningKeyFingerprint" => "{.pcrSigningKeyFingerprint}",
        "SELinuxState" => "{.selinuxState}",
        "ModuleSignatureEnforced" => "{.moduleSignatureEnforced}",
    ];
}

impl SecurityState {
    /// Id of the only one.
    pub const ID: &'static str = "securitystate";
}

enumeration! {
    /// What SELinux does.
    #[derive(Default)]
    pub enum SelinuxState {
        #[default]
        0 "disabled" => Disabled,
        1 "enabled, permissive" => Permissive,
        2 "enabled, enforcing" => Enforcing,
    }
}

enumeration! {
    /// Whether cryptography keeps to FIPS 140.
    #[derive(Default)]
    pub enum FipsState {
        #[default]
        0 "disabled" => Disabled,
        1 "enabled" => Enabled,
        2 "enabled, strict" => Strict,
    }
}
