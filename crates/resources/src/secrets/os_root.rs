//! The operating system's authority.

use std::net::IpAddr;

use minos_pki::{CertificateAndKey, EncodedCertificate, Secret};

use crate::declare::resource;

resource! {
    /// What the operating system's certificates are made from.
    #[derive(Default, Eq)]
    pub struct OsRootSecret = "OSRootSecrets.secrets.talos.dev" in super::NAMESPACE => {
        /// The authority, with its key; only on control planes.
        1 "issuingCA" => issuing_ca: Option<CertificateAndKey>,
        /// Every authority that is trusted, the issuing one first.
        5 "acceptedCAs" => accepted_cas: Vec<EncodedCertificate>,
        /// Further addresses of the API.
        2 "certSANIPs" => cert_san_ips: Vec<IpAddr>,
        /// Further names of the API.
        3 "certSANDNSNames" => cert_san_dns_names: Vec<String>,
        /// What a worker shows to get its certificate.
        4 "token" => token: Secret,
    }
    sensitive: true;
}

impl OsRootSecret {
    /// Id of the only one.
    pub const ID: &'static str = "os";
}
