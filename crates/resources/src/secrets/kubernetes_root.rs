//! Authorities, keys and tokens of Kubernetes.

use std::net::IpAddr;

use minos_pki::{CertificateAndKey, EncodedCertificate, EncodedKey, Secret};

use crate::declare::resource;
use crate::wire::Url;

resource! {
    /// What the control plane starts from; only on control planes.
    #[derive(Default, Eq)]
    pub struct KubernetesRootSecret = "KubernetesRootSecrets.secrets.talos.dev" in super::NAMESPACE => {
        /// Name of the cluster.
        1 "name" => name: String,
        /// URL of the API server for everyone.
        #[serde(with = "crate::wire::url")]
        2 "endpoint" as Url => endpoint: String,
        /// URL of the API server on this node.
        #[serde(with = "crate::wire::url")]
        3 "local_endpoint" as Url => local_endpoint: String,
        /// Further names of the API server.
        4 "certSANs" => cert_sans: Vec<String>,
        /// Addresses of the API server's service.
        14 "apiServerIPs" => api_server_ips: Vec<IpAddr>,
        /// Domain of services.
        6 "dnsDomain" => dns_domain: String,
        /// The authority, with its key.
        7 "issuingCA" => issuing_ca: Option<CertificateAndKey>,
        /// Every authority that is trusted, the issuing one first.
        15 "acceptedCAs" => accepted_cas: Vec<EncodedCertificate>,
        /// Signs service account tokens.
        8 "serviceAccount" => service_account: Option<EncodedKey>,
        /// The aggregation layer's authority.
        9 "aggregatorCA" => aggregator_ca: CertificateAndKey,
        /// Encrypts Secrets in etcd (old clusters).
        10 "aesCBCEncryptionSecret" => aescbc_encryption_secret: Secret,
        /// Public part of the bootstrap token.
        11 "bootstrapTokenID" => bootstrap_token_id: String,
        /// Secret part of the bootstrap token.
        12 "bootstrapTokenSecret" => bootstrap_token_secret: Secret,
        /// Encrypts Secrets in etcd.
        13 "secretboxEncryptionSecret" => secretbox_encryption_secret: Secret,
    }
    sensitive: true;
}

impl KubernetesRootSecret {
    /// Id of the only one.
    pub const ID: &'static str = "k8s";
}
