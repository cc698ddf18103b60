//! The gateway's certificates as a resource, and what becomes of them.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls::{ClientConfig, ServerConfig};
use serde::Deserialize;

use super::tls::{self, TlsError};

pub(super) const NAMESPACE: &str = "secrets";
pub(super) const TYPE: &str = "ApiCertificates.secrets.talos.dev";
pub(super) const ID: &str = "api";

/// The specification, as far as the gateway uses it.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct ApiCertificates {
    #[serde(rename = "acceptedCAs")]
    pub(super) accepted_cas: Vec<Certificate>,
    pub(super) client: Option<Pair>,
    pub(super) server: Option<Pair>,
    /// Set in maintenance mode only, when nobody can have a certificate yet.
    pub(super) skip_verifying_client_cert: bool,
}

/// A certificate, PEM in base64.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Certificate {
    pub(super) crt: String,
}

/// A certificate and its key, PEM in base64.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Pair {
    pub(super) crt: String,
    pub(super) key: String,
}

/// What listening and calling need, made anew when the certificates change.
#[derive(Clone)]
pub(super) struct Identity {
    pub(super) server: Arc<ServerConfig>,
    /// For calling other nodes; none in maintenance mode.
    pub(super) client: Option<Arc<ClientConfig>>,
    /// Nobody proves who they are, everybody is a reader, nothing is passed to other nodes.
    pub(super) maintenance: bool,
}

impl Identity {
    /// Reads the resource's YAML.
    pub(super) fn parse(yaml: &str) -> Result<Identity, TlsError> {
        let options = serde_saphyr::options! { with_snippet: false };
        let spec: ApiCertificates = serde_saphyr::from_str_with_options(yaml, options)
            .map_err(|error| TlsError::Resource(error.to_string()))?;
        Identity::from_spec(&spec)
    }

    pub(super) fn from_spec(spec: &ApiCertificates) -> Result<Identity, TlsError> {
        let server = spec.server.as_ref().ok_or(TlsError::NoServerCertificate)?;
        let cas: String = spec.accepted_cas.iter().map(|ca| pem(&ca.crt) + "\n").collect();
        let maintenance = spec.skip_verifying_client_cert;
        let accepted = (!maintenance).then_some(cas.as_str());
        let client = match &spec.client {
            Some(client) if !maintenance => Some(Arc::new(tls::client(&cas, &pem(&client.crt), &pem(&client.key))?)),
            _ => None,
        };
        let server = Arc::new(tls::server(&pem(&server.crt), &pem(&server.key), accepted)?);
        Ok(Identity { server, client, maintenance })
    }
}

/// PEM as it stands, or out of base64.
fn pem(text: &str) -> String {
    if text.contains("-----BEGIN") {
        return text.into();
    }
    let compact: String = text.split_whitespace().collect();
    STANDARD.decode(compact).ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
}
