//! The certificate of the service that signs workers' certificates.

use minos_pki::{CertificateAndKey, EncodedCertificate};

use crate::declare::resource;

resource! {
    /// What `trustd` proves itself with; only on control planes.
    #[derive(Default, Eq)]
    pub struct TrustdCertificate = "TrustdCertificates.secrets.talos.dev" in super::NAMESPACE => {
        /// Authorities of its clients.
        3 "acceptedCAs" => accepted_cas: Vec<EncodedCertificate>,
        /// With which it answers.
        2 "server" => server: CertificateAndKey,
    }
    sensitive: true;
}

impl TrustdCertificate {
    /// Id of the only one.
    pub const ID: &'static str = "trustd";
}
