//! Certificates of the operating system's API.

use minos_pki::{CertificateAndKey, EncodedCertificate};
use minos_runtime::Spec;
use serde::{Deserialize, Serialize};

/// What `apid` proves itself with, and whom it accepts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiCertificate {
    /// Authorities of clients and peers.
    #[serde(rename = "acceptedCAs")]
    pub accepted_cas: Vec<EncodedCertificate>,
    /// With which it asks other nodes; only on control planes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<CertificateAndKey>,
    /// With which it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server: Option<CertificateAndKey>,
    /// In maintenance nobody has a certificate yet.
    #[serde(rename = "skipVerifyingClientCert")]
    pub skip_verifying_client_cert: bool,
}

impl ApiCertificate {
    /// Id of the only one.
    pub const ID: &'static str = "api";
}

impl Spec for ApiCertificate {
    const TYPE: &'static str = "ApiCertificates.secrets.talos.dev";
    const NAMESPACE: &'static str = super::NAMESPACE;
    const SENSITIVE: bool = true;
}
