use std::collections::BTreeMap;

use minos_pki::{CertificateAndKey, Secret};

use crate::schema::section;

section! {
    /// Where images are pulled from and how, in the old form.
    pub struct Registries {
        /// Where a registry's images are looked for: by the registry's host, with its port if it has one; `*` for all
        /// that are not named. A document `RegistryMirrorConfig` for the same host counts more.
        "mirrors" => mirrors: BTreeMap<String, RegistryMirror> [deprecated("use RegistryMirrorConfig")],
        /// Certificates and credentials: by the registry's host, with its port unless that is 443.
        "config" => config: BTreeMap<String, RegistryConfig>
            [deprecated("use RegistryAuthConfig and RegistryTLSConfig")] [idle],
    }
}

section! {
    /// Where a registry's images are looked for before the registry itself is asked.
    pub struct RegistryMirror {
        /// URLs of the mirrors, in the order in which they are asked.
        "endpoints" => endpoints: Vec<String> [example("[\"https://mirror.example.org\"]")],
        /// The URLs hold the whole path, `/v2` is not added.
        "overridePath" => override_path: Option<bool> [default("false")],
        /// The registry itself is not asked when no mirror has the image.
        "skipFallback" => skip_fallback: Option<bool> [default("false")],
    }
}

section! {
    /// How a registry is talked to.
    pub struct RegistryConfig {
        /// Certificates.
        "tls" => tls: Option<RegistryTls>,
        /// Credentials. Their fields are those of Docker's `config.json`.
        "auth" => auth: Option<RegistryAuth>,
    }
}

section! {
    /// Certificates around a registry.
    pub struct RegistryTls {
        /// What the machine shows to the registry.
        "clientIdentity" => client_identity: Option<CertificateAndKey>,
        /// Authorities that may have signed the registry's certificate, besides the usual ones: PEM in base64.
        "ca" => ca: String,
        /// Any certificate of the registry will do. Dangerous: anybody on the way can pose as the registry.
        "insecureSkipVerify" => insecure_skip_verify: Option<bool> [default("false")],
    }
}

section! {
    /// Credentials for a registry.
    pub struct RegistryAuth {
        /// The user.
        "username" => username: String [example("robot")],
        /// The user's password.
        "password" => password: Secret,
        /// User and password as the protocol wants them: `user:password` in base64.
        "auth" => auth: Secret,
        /// A token that is exchanged for access.
        "identityToken" => identity_token: Secret,
    }
}
