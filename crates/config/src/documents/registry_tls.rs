use minos_pki::{Certificate, PemBlock, Secret};

use crate::{
    documents::{Kind, Whole},
    schema::{Effect, section},
    validate::Check,
};

section! {
    /// A registry's certificates.
    pub struct RegistryTLSConfig {
        /// The registry's host, with its port if it has one.
        "name" => name: String [required] [example("registry.example.org")],
        /// What we show to the registry.
        "clientIdentity" => client_identity: Option<PlainCertificateAndKey>,
        /// The authorities that the registry's certificate may be signed by, in PEM.
        "ca" => ca: String,
        /// Any certificate of the registry will do. Dangerous: anybody on the way can pose as the registry.
        "insecureSkipVerify" => insecure_skip_verify: Option<bool> [default("false")],
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

impl Kind for RegistryTLSConfig {
    const EFFECT: Effect = Effect::Idle;
    const SINCE: &'static str = "v1.12";

    fn check(&self, _: &Whole<'_>, check: &mut Check) {
        let certificate = |text: &str| Certificate::all_from_pem(text).is_ok_and(|all| !all.is_empty());
        check.require(self.ca.is_empty() || certificate(&self.ca), "ca", "wanted certificates in PEM");
        if let Some(own) = &self.client_identity {
            check.require(certificate(&own.cert), "clientIdentity/cert", "wanted a certificate in PEM");
            let key = PemBlock::parse_all(own.key.expose()).is_ok_and(|blocks| !blocks.is_empty());
            check.require(key, "clientIdentity/key", "wanted a key in PEM");
        }
    }
}
