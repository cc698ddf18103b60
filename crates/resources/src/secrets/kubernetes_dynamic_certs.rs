//! Certificates of the API server that follow names and addresses.

use minos_pki::CertificateAndKey;
use minos_runtime::Spec;
use serde::{Deserialize, Serialize};

/// Certificates of the API server.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KubernetesDynamicCerts {
    /// As a server.
    pub api_server: CertificateAndKey,
    /// As a client of kubelets.
    pub api_server_kubelet_client: CertificateAndKey,
    /// As a client of aggregated API servers.
    pub front_proxy: CertificateAndKey,
}

impl KubernetesDynamicCerts {
    /// Id of the only one.
    pub const ID: &'static str = "k8s-dynamic-certs";
}

impl Spec for KubernetesDynamicCerts {
    const TYPE: &'static str = "KubernetesDynamicCerts.secrets.talos.dev";
    const NAMESPACE: &'static str = super::NAMESPACE;
    const SENSITIVE: bool = true;
}
