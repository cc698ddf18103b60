//! Authorities, keys and tokens of Kubernetes.

use std::net::IpAddr;

use minos_pki::{CertificateAndKey, EncodedCertificate, EncodedKey, Secret};
use minos_runtime::Spec;
use serde::{Deserialize, Serialize};

/// What the control plane starts from; only on control planes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KubernetesRootSecret {
    /// Name of the cluster.
    pub name: String,
    /// URL of the API server for everyone.
    pub endpoint: String,
    /// URL of the API server on this node.
    #[serde(rename = "local_endpoint")]
    pub local_endpoint: String,
    /// Further names of the API server.
    #[serde(rename = "certSANs")]
    pub cert_sans: Vec<String>,
    /// Addresses of the API server's service.
    #[serde(rename = "apiServerIPs")]
    pub api_server_ips: Vec<IpAddr>,
    /// Domain of services.
    #[serde(rename = "dnsDomain")]
    pub dns_domain: String,
    /// The authority, with its key.
    #[serde(rename = "issuingCA")]
    pub issuing_ca: Option<CertificateAndKey>,
    /// Every authority that is trusted, the issuing one first.
    #[serde(rename = "acceptedCAs")]
    pub accepted_cas: Vec<EncodedCertificate>,
    /// Signs service account tokens.
    pub service_account: Option<EncodedKey>,
    /// The aggregation layer's authority.
    #[serde(rename = "aggregatorCA")]
    pub aggregator_ca: CertificateAndKey,
    /// Encrypts Secrets in etcd (old clusters).
    #[serde(rename = "aesCBCEncryptionSecret")]
    pub aescbc_encryption_secret: Secret,
    /// Public part of the bootstrap token.
    #[serde(rename = "bootstrapTokenID")]
    pub bootstrap_token_id: String,
    /// Secret part of the bootstrap token.
    pub bootstrap_token_secret: Secret,
    /// Encrypts Secrets in etcd.
    pub secretbox_encryption_secret: Secret,
}

impl KubernetesRootSecret {
    /// Id of the only one.
    pub const ID: &'static str = "k8s";
}

impl Spec for KubernetesRootSecret {
    const TYPE: &'static str = "KubernetesRootSecrets.secrets.talos.dev";
    const NAMESPACE: &'static str = super::NAMESPACE;
    const SENSITIVE: bool = true;
}
