//! Certificates around etcd.

use minos_pki::CertificateAndKey;
use minos_runtime::Spec;
use serde::{Deserialize, Serialize};

/// What etcd and its clients on this node prove themselves with.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EtcdSecret {
    /// The server, towards clients.
    pub etcd: CertificateAndKey,
    /// The member, towards its peers.
    pub etcd_peer: CertificateAndKey,
    /// The operating system as a client.
    pub etcd_admin: CertificateAndKey,
    /// The API server as a client.
    #[serde(rename = "etcdAPIServer")]
    pub etcd_api_server: CertificateAndKey,
}

impl EtcdSecret {
    /// Id of the only one.
    pub const ID: &'static str = "etcd";
}

impl Spec for EtcdSecret {
    const TYPE: &'static str = "EtcdSecrets.secrets.talos.dev";
    const NAMESPACE: &'static str = super::NAMESPACE;
    const SENSITIVE: bool = true;
}
