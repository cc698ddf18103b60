//! Registries.

use std::collections::BTreeMap;

use minos_pki::{CertificateAndKey, Secret};

use crate::declare::{message, resource};

resource! {
    /// Mirrors of registries, credentials and TLS.
    #[derive(Default, Eq)]
    #[allow(missing_docs, reason = "the names are the contract's and explain themselves")]
    pub struct RegistryConfig = "RegistryConfigs.cri.talos.dev" in "cri" => {
        1 "mirrors" => mirrors: BTreeMap<String, RegistryMirror> [omitempty],
        2 "auths" => auths: BTreeMap<String, RegistryAuth> [omitempty],
        3 "tls" => tls: BTreeMap<String, RegistryTls> [omitempty],
    }
    sensitive: true;
}

message! {
    /// Mirrors of one registry.
    #[derive(Default, Eq)]
    #[allow(missing_docs, reason = "the names are the contract's and explain themselves")]
    pub struct RegistryMirror {
        1 "endpoints" => endpoints: Vec<RegistryEndpoint>,
        3 "skipFallback" => skip_fallback: bool [omitempty],
    }
}

message! {
    /// One mirror.
    #[derive(Default, Eq)]
    #[allow(missing_docs, reason = "the names are the contract's and explain themselves")]
    pub struct RegistryEndpoint {
        1 "endpoint" => endpoint: String,
        2 "overridePath" => override_path: bool,
    }
}

message! {
    /// Credentials for one registry.
    #[derive(Default, Eq)]
    #[allow(missing_docs, reason = "the names are the contract's and explain themselves")]
    pub struct RegistryAuth {
        1 "username" => username: String [omitempty],
        2 "password" => password: Secret [omitempty],
        3 "auth" => auth: Secret [omitempty],
        4 "identityToken" => identity_token: Secret [omitempty],
    }
}

message! {
    /// TLS towards one registry.
    #[derive(Default, Eq)]
    #[allow(missing_docs, reason = "the names are the contract's and explain themselves")]
    pub struct RegistryTls {
        1 "clientIdentity" => client_identity: Option<CertificateAndKey> [omitempty],
        2 "ca" => ca: Vec<u8> [omitempty],
        3 "insecureSkipVerify" => insecure_skip_verify: bool [omitempty],
    }
}
