//! Certificates of the API server that follow names and addresses.

use minos_pki::CertificateAndKey;

use crate::declare::resource;

resource! {
    /// Certificates of the API server.
    #[derive(Default, Eq)]
    pub struct KubernetesDynamicCerts = "KubernetesDynamicCerts.secrets.talos.dev" in super::NAMESPACE => {
        /// As a server.
        1 "apiServer" => api_server: CertificateAndKey,
        /// As a client of kubelets.
        2 "apiServerKubeletClient" => api_server_kubelet_client: CertificateAndKey,
        /// As a client of aggregated API servers.
        3 "frontProxy" => front_proxy: CertificateAndKey,
    }
    sensitive: true;
}

impl KubernetesDynamicCerts {
    /// Id of the only one.
    pub const ID: &'static str = "k8s-dynamic-certs";
}
