//! Writes the keys, certificates and kubeconfigs of the control plane's pods.

use std::sync::Arc;

use async_trait::async_trait;
use minos_pki::{CertificateAndKey, PkiError, PrivateKey};
use minos_resources::k8s::SecretsStatus;
use minos_resources::secrets::{
    EtcdRootSecret, EtcdSecret, KubernetesDynamicCerts, KubernetesRootSecret, KubernetesSecret,
};
use minos_runtime::{Context, Controller, Input, Key, Output, ReconcileError};

use super::component::{API_SERVER, CONTROLLER_MANAGER, Component, SCHEDULER};
use super::documents;
use crate::digest::digest;
use crate::files::{Access, Files};

/// One for the node.
pub(crate) struct StaticPodSecrets {
    files: Arc<dyn Files>,
}

/// What the files are made from.
struct Sources<'a> {
    root: &'a KubernetesRootSecret,
    kubeconfigs: &'a KubernetesSecret,
    certificates: &'a KubernetesDynamicCerts,
    etcd_root: &'a EtcdRootSecret,
    etcd: &'a EtcdSecret,
}

/// A file of a component.
type SecretFile = (Component, &'static str, String);

impl StaticPodSecrets {
    pub(crate) fn new(files: Arc<dyn Files>) -> Self {
        Self { files }
    }
}

#[async_trait]
impl Controller for StaticPodSecrets {
    fn name(&self) -> &str {
        "kubernetes.static-pods.secrets"
    }

    fn inputs(&self) -> Vec<Input> {
        vec![
            Input::of::<KubernetesRootSecret>().to_all(),
            Input::of::<KubernetesSecret>().to_all(),
            Input::of::<KubernetesDynamicCerts>().to_all(),
            Input::of::<EtcdRootSecret>().to_all(),
            Input::of::<EtcdSecret>().to_all(),
        ]
    }

    fn outputs(&self) -> Vec<Output> {
        vec![Output::exclusive::<SecretsStatus>()]
    }

    async fn reconcile(&mut self, cx: &Context, _key: &Key) -> Result<(), ReconcileError> {
        let root = cx.require::<KubernetesRootSecret>(KubernetesRootSecret::ID)?;
        let kubeconfigs = cx.require::<KubernetesSecret>(KubernetesSecret::ID)?;
        let sources = Sources {
            root: &root,
            kubeconfigs: &kubeconfigs,
            certificates: &*cx.require::<KubernetesDynamicCerts>(KubernetesDynamicCerts::ID)?,
            etcd_root: &*cx.require::<EtcdRootSecret>(EtcdRootSecret::ID)?,
            etcd: &*cx.require::<EtcdSecret>(EtcdSecret::ID)?,
        };
        for component in [API_SERVER, CONTROLLER_MANAGER, SCHEDULER] {
            self.files.make_dir(component.secrets, Access { mode: 0o755, owner: 0 })?;
        }
        for (component, name, content) in sources.files()? {
            self.files.write(&component.secret(name), content.as_bytes(), Access::secret(component.user))?;
        }
        // Certificates are read again by the programs; kubeconfigs and keys of encryption are not.
        let version = digest(&(&*kubeconfigs, &root.secretbox_encryption_secret, &root.aescbc_encryption_secret))?;
        cx.write(SecretsStatus::ID, SecretsStatus { ready: true, version })?;
        Ok(())
    }
}

impl Sources<'_> {
    fn files(&self) -> Result<Vec<SecretFile>, ReconcileError> {
        let root = self.root;
        let issuing = root.issuing_ca.as_ref().ok_or_else(|| ReconcileError::waiting("the Kubernetes authority"))?;
        let account = root.service_account.as_ref();
        let account = account.ok_or_else(|| ReconcileError::waiting("the service account key"))?;
        let account_key = account.key.expose().to_owned();
        let accepted: String = root.accepted_cas.iter().map(|ca| ca.crt.as_str()).collect();
        let encryption =
            documents::encryption(root.secretbox_encryption_secret.expose(), root.aescbc_encryption_secret.expose());
        let mut files = vec![
            (API_SERVER, "etcd-client-ca.crt", self.etcd_root.etcd_ca.crt.clone()),
            (API_SERVER, "ca.crt", accepted),
            (API_SERVER, "aggregator-ca.crt", root.aggregator_ca.crt.clone()),
            (API_SERVER, "service-account.pub", public_key(&account_key)?),
            (API_SERVER, "service-account.key", account_key.clone()),
            (API_SERVER, "encryptionconfig.yaml", format!("{encryption:#}\n")),
            (CONTROLLER_MANAGER, "ca.crt", issuing.crt.clone()),
            (CONTROLLER_MANAGER, "ca.key", issuing.key.expose().to_owned()),
            (CONTROLLER_MANAGER, "service-account.key", account_key),
            (CONTROLLER_MANAGER, "kubeconfig", self.kubeconfigs.controller_manager_kubeconfig.expose().to_owned()),
            (SCHEDULER, "kubeconfig", self.kubeconfigs.scheduler_kubeconfig.expose().to_owned()),
        ];
        let mut pair = |crt: &'static str, key: &'static str, pair: &CertificateAndKey| {
            files.push((API_SERVER, crt, pair.crt.clone()));
            files.push((API_SERVER, key, pair.key.expose().to_owned()));
        };
        pair("etcd-client.crt", "etcd-client.key", &self.etcd.etcd_api_server);
        pair("apiserver.crt", "apiserver.key", &self.certificates.api_server);
        let kubelet_client = &self.certificates.api_server_kubelet_client;
        pair("apiserver-kubelet-client.crt", "apiserver-kubelet-client.key", kubelet_client);
        pair("front-proxy-client.crt", "front-proxy-client.key", &self.certificates.front_proxy);
        Ok(files)
    }
}

fn public_key(private: &str) -> Result<String, PkiError> {
    Ok(PrivateKey::from_pem(private)?.public_key_pem())
}
