//! etcd's authority.

use minos_pki::CertificateAndKey;
use minos_runtime::Spec;
use serde::{Deserialize, Serialize};

/// The authority of etcd's members and clients.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EtcdRootSecret {
    /// Certificate and key.
    #[serde(rename = "etcdCA")]
    pub etcd_ca: CertificateAndKey,
}

impl EtcdRootSecret {
    /// Id of the only one.
    pub const ID: &'static str = "etcd";
}

impl Spec for EtcdRootSecret {
    const TYPE: &'static str = "EtcdRootSecrets.secrets.talos.dev";
    const NAMESPACE: &'static str = super::NAMESPACE;
    const SENSITIVE: bool = true;
}
