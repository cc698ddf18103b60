use std::collections::BTreeMap;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use minos_pki::{CertificateAndKey, Secret};

use crate::{
    config::Config,
    documents::{
        Document,
        v1alpha1::{RegistryAuth, RegistryTls},
    },
};

/// How images are fetched.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RegistriesView {
    /// Where a registry's images are looked for, by host; `*` for all.
    pub mirrors: BTreeMap<String, RegistryMirrorView>,
    /// Who we are, by host.
    pub auth: BTreeMap<String, RegistryAuthView>,
    /// Certificates, by host.
    pub tls: BTreeMap<String, RegistryTlsView>,
}

/// Where a registry's images are looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RegistryMirrorView {
    /// URL, and whether it holds the whole path.
    pub endpoints: Vec<(String, bool)>,
    /// The registry itself is not asked.
    pub skip_fallback: bool,
}

/// Who we are to a registry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RegistryAuthView {
    /// User.
    pub username: String,
    /// Password.
    pub password: Secret,
    /// Both, as the protocol wants them.
    pub auth: Secret,
    /// A token.
    pub identity_token: Secret,
}

/// A registry's certificates.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RegistryTlsView {
    /// Our certificate.
    pub client_identity: Option<CertificateAndKey>,
    /// Its authority (PEM); empty for the usual ones.
    pub ca: String,
    /// Any certificate will do.
    pub insecure_skip_verify: bool,
}

impl Config {
    /// How images are fetched.
    pub fn registries(&self) -> RegistriesView {
        let mut view = RegistriesView::default();
        let old = self.machine().and_then(|machine| machine.registries.clone()).unwrap_or_default();
        for (host, mirror) in old.mirrors {
            let whole_path = mirror.override_path.unwrap_or(false);
            let endpoints = mirror.endpoints.into_iter().map(|url| (url, whole_path)).collect();
            view.mirrors
                .insert(host, RegistryMirrorView { endpoints, skip_fallback: mirror.skip_fallback.unwrap_or(false) });
        }
        for (host, config) in old.config {
            if let Some(auth) = config.auth {
                view.auth.insert(host.clone(), auth.into());
            }
            if let Some(tls) = config.tls {
                view.tls.insert(host, tls.into());
            }
        }
        for document in self.documents() {
            view.add(document);
        }
        view
    }
}

impl RegistriesView {
    /// A document of the new form replaces what the old form says about its host.
    fn add(&mut self, document: &Document) {
        match document {
            Document::RegistryMirrorConfig(mirror) => {
                let endpoints = mirror.endpoints.iter();
                let endpoints = endpoints.map(|end| (end.url.clone(), end.override_path.unwrap_or(false))).collect();
                let skip_fallback = mirror.skip_fallback.unwrap_or(false);
                self.mirrors.insert(mirror.name.clone(), RegistryMirrorView { endpoints, skip_fallback });
            }
            Document::RegistryAuthConfig(auth) => {
                let view = RegistryAuthView {
                    username: auth.username.clone(),
                    password: auth.password.clone(),
                    auth: auth.auth.clone(),
                    identity_token: auth.identity_token.clone(),
                };
                self.auth.insert(auth.name.clone(), view);
            }
            Document::RegistryTLSConfig(tls) => {
                let identity = tls.client_identity.clone();
                let view = RegistryTlsView {
                    client_identity: identity.map(|pair| CertificateAndKey { crt: pair.cert, key: pair.key }),
                    ca: tls.ca.clone(),
                    insecure_skip_verify: tls.insecure_skip_verify.unwrap_or(false),
                };
                self.tls.insert(tls.name.clone(), view);
            }
            _ => {}
        }
    }
}

impl From<RegistryAuth> for RegistryAuthView {
    fn from(auth: RegistryAuth) -> Self {
        Self { username: auth.username, password: auth.password, auth: auth.auth, identity_token: auth.identity_token }
    }
}

impl From<RegistryTls> for RegistryTlsView {
    fn from(tls: RegistryTls) -> Self {
        let ca = STANDARD.decode(tls.ca.trim()).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        Self {
            client_identity: tls.client_identity,
            ca: ca.unwrap_or(tls.ca),
            insecure_skip_verify: tls.insecure_skip_verify.unwrap_or(false),
        }
    }
}
