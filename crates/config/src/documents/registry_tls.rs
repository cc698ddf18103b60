use minos_pki::Secret;

use crate::schema::section;

section! {
    /// A registry's certificates.
    pub struct RegistryTLSConfig {
        /// The registry's host.
        "name" => name: String,
        /// Our certificate.
        "clientIdentity" => client_identity: Option<PlainCertificateAndKey>,
        /// Its authority (PEM).
        "ca" => ca: String,
        /// Any certificate will do.
        "insecureSkipVerify" => insecure_skip_verify: Option<bool>,
    }
}

section! {
    /// A certificate and its key as PEM texts, not in base64.
    pub struct PlainCertificateAndKey {
        /// The certificate.
        "cert" => cert: String,
        /// The key.
        "key" => key: Secret,
    }
}
