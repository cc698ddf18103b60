use std::collections::BTreeMap;

use minos_pki::{CertificateAndKey, Secret};

use crate::schema::section;

section! {
    /// Registry mirrors and credentials, in the old form.
    pub struct Registries {
        /// By registry host; `*` for all.
        "mirrors" => mirrors: BTreeMap<String, RegistryMirror>,
        /// By registry host.
        "config" => config: BTreeMap<String, RegistryConfig>,
    }
}

section! {
    /// Where a registry's images are looked for.
    pub struct RegistryMirror {
        /// URLs, in order.
        "endpoints" => endpoints: Vec<String>,
        /// The URLs hold the whole path.
        "overridePath" => override_path: Option<bool>,
        /// The registry itself is not asked.
        "skipFallback" => skip_fallback: Option<bool>,
    }
}

section! {
    /// How to talk to a registry.
    pub struct RegistryConfig {
        /// Its certificates.
        "tls" => tls: Option<RegistryTls>,
        /// Who we are.
        "auth" => auth: Option<RegistryAuth>,
    }
}

section! {
    /// A registry's certificates.
    pub struct RegistryTls {
        /// Our certificate.
        "clientIdentity" => client_identity: Option<CertificateAndKey>,
        /// Its authority, in base64.
        "ca" => ca: String,
        /// Any certificate will do.
        "insecureSkipVerify" => insecure_skip_verify: Option<bool>,
    }
}

section! {
    /// Who we are to a registry.
    pub struct RegistryAuth {
        /// User.
        "username" => username: String,
        /// Password.
        "password" => password: Secret,
        /// Both, as the protocol wants them.
        "auth" => auth: Secret,
        /// A token.
        "identityToken" => identity_token: Secret,
    }
}
