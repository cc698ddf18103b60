//! Certificates of the operating system's API.

use minos_pki::{CertificateAndKey, EncodedCertificate};

use crate::declare::resource;

resource! {
    /// What `apid` proves itself with, and whom it accepts.
    #[derive(Default, Eq)]
    pub struct ApiCertificate = "ApiCertificates.secrets.talos.dev" in super::NAMESPACE => {
        /// Authorities of clients and peers.
        4 "acceptedCAs" => accepted_cas: Vec<EncodedCertificate>,
        /// With which it asks other nodes; only on control planes.
        2 "client" => client: Option<CertificateAndKey>,
        /// With which it answers.
        3 "server" => server: Option<CertificateAndKey>,
        /// In maintenance nobody has a certificate yet.
        5 "skipVerifyingClientCert" => skip_verifying_client_cert: bool,
    }
    sensitive: true;
}

impl ApiCertificate {
    /// Id of the only one.
    pub const ID: &'static str = "api";
}
