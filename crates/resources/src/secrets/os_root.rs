//! The operating system's authority.

use std::net::IpAddr;

use minos_pki::{CertificateAndKey, EncodedCertificate, Secret};
use minos_runtime::Spec;
use serde::{Deserialize, Serialize};

/// What the operating system's certificates are made from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OsRootSecret {
    /// The authority, with its key; only on control planes.
    #[serde(rename = "issuingCA")]
    pub issuing_ca: Option<CertificateAndKey>,
    /// Every authority that is trusted, the issuing one first.
    #[serde(rename = "acceptedCAs")]
    pub accepted_cas: Vec<EncodedCertificate>,
    /// Further addresses of the API.
    #[serde(rename = "certSANIPs")]
    pub cert_san_ips: Vec<IpAddr>,
    /// Further names of the API.
    #[serde(rename = "certSANDNSNames")]
    pub cert_san_dns_names: Vec<String>,
    /// What a worker shows to get its certificate.
    pub token: Secret,
}

impl OsRootSecret {
    /// Id of the only one.
    pub const ID: &'static str = "os";
}

impl Spec for OsRootSecret {
    const TYPE: &'static str = "OSRootSecrets.secrets.talos.dev";
    const NAMESPACE: &'static str = super::NAMESPACE;
    const SENSITIVE: bool = true;
}
