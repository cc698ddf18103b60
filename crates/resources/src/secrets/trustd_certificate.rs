//! The certificate of the service that signs workers' certificates.

use minos_pki::{CertificateAndKey, EncodedCertificate};
use minos_runtime::Spec;
use serde::{Deserialize, Serialize};

/// What `trustd` proves itself with; only on control planes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TrustdCertificate {
    /// Authorities of its clients.
    #[serde(rename = "acceptedCAs")]
    pub accepted_cas: Vec<EncodedCertificate>,
    /// With which it answers.
    pub server: CertificateAndKey,
}

impl TrustdCertificate {
    /// Id of the only one.
    pub const ID: &'static str = "trustd";
}

impl Spec for TrustdCertificate {
    const TYPE: &'static str = "TrustdCertificates.secrets.talos.dev";
    const NAMESPACE: &'static str = super::NAMESPACE;
    const SENSITIVE: bool = true;
}
