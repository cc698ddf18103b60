//! Verification of images. Nothing writes these types yet.

use crate::declare::{definitions, message, resource};
use crate::wire::Moment;

definitions![ImageVerificationRule, TufTrustedRoot];

resource! {
    /// Which images are verified, and by what.
    #[derive(Default, Eq)]
    #[allow(missing_docs, reason = "the names are the contract's and explain themselves")]
    pub struct ImageVerificationRule = "ImageVerificationRules.security.talos.dev" in "security" => {
        2 "imagePattern" => image_pattern: String [omitempty],
        3 "skip" => skip: bool,
        4 "deny" => deny: bool,
        5 "keylessVerifier" => keyless_verifier: Option<KeylessVerifier> [omitempty],
        6 "publicKeyVerifier" => public_key_verifier: Option<PublicKeyVerifier> [omitempty],
    }
    columns: ["Pattern" => "{.imagePattern}", "Skip" => "{.skip}", "Deny" => "{.deny}"];
}

message! {
    /// A signature by an identity.
    #[derive(Default, Eq)]
    #[allow(missing_docs, reason = "the names are the contract's and explain themselves")]
    pub struct KeylessVerifier {
        1 "issuer" => issuer: String,
        2 "subject" => subject: String [omitempty],
        3 "subjectRegex" => subject_regex: String [omitempty],
    }
}

message! {
    /// A signature by a key.
    #[derive(Default, Eq)]
    #[allow(missing_docs, reason = "the names are the contract's and explain themselves")]
    pub struct PublicKeyVerifier {
        1 "certificate" => certificate: String,
    }
}

resource! {
    /// The roots of trust that were fetched.
    #[derive(Default, Eq)]
    #[allow(missing_docs, reason = "the names are the contract's and explain themselves")]
    pub struct TufTrustedRoot = "TUFTrustedRoots.security.talos.dev" in "security" => {
        1 "lastRefreshTime" => last_refresh_time: Moment [omitempty],
        2 "jsonData" => json_data: String [omitempty],
    }
    columns: ["Last Refresh" => "{.lastRefreshTime}"];
}
