//! The authority of the API in maintenance.

use minos_pki::CertificateAndKey;
use minos_runtime::Spec;
use serde::{Deserialize, Serialize};

/// An authority that lives as long as this boot.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MaintenanceRootSecret {
    /// Certificate and key.
    pub ca: CertificateAndKey,
}

impl MaintenanceRootSecret {
    /// Id of the only one.
    pub const ID: &'static str = "maintenance";
}

impl Spec for MaintenanceRootSecret {
    const TYPE: &'static str = "MaintenanceRootSecrets.secrets.talos.dev";
    const NAMESPACE: &'static str = super::NAMESPACE;
    const SENSITIVE: bool = true;
}
