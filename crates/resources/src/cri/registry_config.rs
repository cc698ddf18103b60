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
        #[serde(with = "crate::wire::base64_bytes")]
        2 "ca" => ca: Vec<u8> [omitempty],
        3 "insecureSkipVerify" => insecure_skip_verify: bool [omitempty],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_authority_of_a_registry_is_base64_in_yaml_and_bytes_on_the_wire() {
        let tls = RegistryTls { ca: b"ca".to_vec(), ..RegistryTls::default() };
        let config = RegistryConfig { tls: [("r".to_owned(), tls)].into(), ..RegistryConfig::default() };
        let yaml = serde_saphyr::to_string(&config).expect("it is written");
        assert_eq!(yaml, "tls:\n  r:\n    ca: Y2E=\n");
        let back: RegistryConfig = serde_saphyr::from_str(&yaml).expect("it is read");
        assert_eq!(back, config);
        // Field 3, an entry of the map: the key, and a message whose field 2 is the bytes.
        assert_eq!(crate::wire::Message::to_bytes(&config), b"\x1a\x09\x0a\x01r\x12\x04\x12\x02ca");
    }
}
