//! What the kubelet starts with.

use minos_pki::{EncodedCertificate, Secret};
use minos_runtime::Spec;
use serde::{Deserialize, Serialize};

/// How the kubelet gets its first certificate.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KubeletSecret {
    /// URL of the API server.
    pub endpoint: String,
    /// Authorities of the API server and of its clients.
    #[serde(rename = "acceptedCAs")]
    pub accepted_cas: Vec<EncodedCertificate>,
    /// Public part of the bootstrap token.
    #[serde(rename = "bootstrapTokenID")]
    pub bootstrap_token_id: String,
    /// Secret part of the bootstrap token.
    pub bootstrap_token_secret: Secret,
}

impl KubeletSecret {
    /// Id of the only one.
    pub const ID: &'static str = "kubelet";
}

impl Spec for KubeletSecret {
    const TYPE: &'static str = "KubeletSecrets.secrets.talos.dev";
    const NAMESPACE: &'static str = super::NAMESPACE;
    const SENSITIVE: bool = true;
}
