//! The authority of the API in maintenance.

use minos_pki::CertificateAndKey;

use crate::declare::resource;

resource! {
    /// An authority that lives as long as this boot.
    #[derive(Default, Eq)]
    pub struct MaintenanceRootSecret = "MaintenanceRootSecrets.secrets.talos.dev" in super::NAMESPACE => {
        /// Certificate and key.
        1 "ca" => ca: CertificateAndKey,
    }
    sensitive: true;
}

impl MaintenanceRootSecret {
    /// Id of the only one.
    pub const ID: &'static str = "maintenance";
}
