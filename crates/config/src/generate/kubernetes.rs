use std::time::SystemTime;

use minos_pki::{CertificateAndKey, EncodedKey, PkiError, Token};

use super::{Contract, Secrets};

/// The authorities of a Kubernetes cluster that another tool made.
#[derive(Clone, Debug, Default)]
pub struct KubernetesPki {
    /// Kubernetes' own.
    pub k8s: CertificateAndKey,
    /// etcd's.
    pub etcd: CertificateAndKey,
    /// The aggregation layer's (`front-proxy-ca`).
    pub aggregator: CertificateAndKey,
    /// Signs service account tokens.
    pub service_account: EncodedKey,
}

impl Secrets {
    /// The secrets of a cluster that takes over one that is there: its authorities stay, all else is new.
    pub fn from_kubernetes(
        pki: KubernetesPki,
        token: Option<Token>,
        contract: Contract,
        now: SystemTime,
    ) -> Result<Self, PkiError> {
        let mut secrets = Self::generate_for(contract, now)?;
        if let Some(token) = token {
            secrets.secrets.bootstraptoken = token.expose();
        }
        let certs = &mut secrets.certs;
        (certs.k8s, certs.etcd, certs.k8saggregator) = (pki.k8s, pki.etcd, pki.aggregator);
        certs.k8sserviceaccount = pki.service_account;
        Ok(secrets)
    }
}
