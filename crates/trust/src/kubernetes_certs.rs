//! Certificates of the API server.

use std::time::Duration;

use async_trait::async_trait;
use minos_pki::{Algorithm, Leaf};
use minos_resources::{
    network::NetworkStatus,
    secrets::{CertSan, KubernetesDynamicCerts, KubernetesRootSecret},
    v1alpha1::TimeStatus,
};
use minos_runtime::{Context, Controller, Input, Key, Output, ReconcileError};

use crate::{
    issuer::{self, Issuer},
    ready,
};

/// A year, renewed after half of it.
pub(crate) const LIFETIME: Duration = Duration::from_secs(365 * 24 * 3600);

pub(crate) struct KubernetesCertsIssue(pub Issuer);

#[async_trait]
impl Controller for KubernetesCertsIssue {
    fn name(&self) -> &str {
        "trust.kubernetes_certs.issue"
    }

    fn inputs(&self) -> Vec<Input> {
        vec![
            Input::of::<KubernetesRootSecret>().only(KubernetesRootSecret::ID).to_all(),
            Input::of::<NetworkStatus>().only(NetworkStatus::ID).to_all(),
            Input::of::<TimeStatus>().only(TimeStatus::ID).to_all(),
            Input::of::<CertSan>().only(CertSan::KUBERNETES_ID).to_all(),
        ]
    }

    fn outputs(&self) -> Vec<Output> {
        vec![Output::exclusive::<KubernetesDynamicCerts>()]
    }

    async fn reconcile(&mut self, cx: &Context, _: &Key) -> Result<(), ReconcileError> {
        let root = cx.require::<KubernetesRootSecret>(KubernetesRootSecret::ID)?;
        ready::address_and_name(cx)?;
        ready::clock(cx)?;
        let san = cx.require::<CertSan>(CertSan::KUBERNETES_ID)?;
        let kubernetes = issuer::load("kubernetes", issuing(&root)?)?;
        let aggregator = issuer::load("aggregator", &root.aggregator_ca)?;
        let p256 = |leaf: Leaf| leaf.algorithm(Algorithm::EcdsaP256);

        let server = p256(Leaf::server("kube-apiserver", LIFETIME))
            .organizations(["kube-master"])
            .dns_names(san.dns_names.clone())
            .addresses(san.ips.iter().copied());
        let kubelet_client = p256(Leaf::client("apiserver-kubelet-client", LIFETIME)).organizations(["system:masters"]);
        let front_proxy = p256(Leaf::client("front-proxy-client", LIFETIME));
        let certs = KubernetesDynamicCerts {
            api_server: self.0.leaf(cx, "kube-apiserver", &server, &kubernetes)?,
            api_server_kubelet_client: self.0.leaf(
                cx,
                "kube-apiserver-kubelet-client",
                &kubelet_client,
                &kubernetes,
            )?,
            front_proxy: self.0.leaf(cx, "front-proxy-client", &front_proxy, &aggregator)?,
        };
        cx.write(KubernetesDynamicCerts::ID, certs)?;
        Ok(())
    }
}

/// Kubernetes' authority with its key.
pub(crate) fn issuing(root: &KubernetesRootSecret) -> Result<&minos_pki::CertificateAndKey, ReconcileError> {
    root.issuing_ca.as_ref().ok_or_else(|| ReconcileError::failed("the configuration has no cluster.ca with its key"))
}
