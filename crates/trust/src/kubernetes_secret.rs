//! Kubeconfigs of the control plane.

use async_trait::async_trait;
use minos_pki::{Algorithm, Authority, Kubeconfig, KubeconfigUser, Leaf, Secret};
use minos_resources::{
    secrets::{KubernetesRootSecret, KubernetesSecret},
    v1alpha1::TimeStatus,
};
use minos_runtime::{Context, Controller, Input, Key, Output, ReconcileError};

use crate::{
    issuer::{self, Issuer},
    kubernetes_certs::{LIFETIME, issuing},
    ready,
};

const CONTROLLER_MANAGER: &str = "system:kube-controller-manager";
const SCHEDULER: &str = "system:kube-scheduler";
/// The operating system itself, with an administrator's rights.
const SYSTEM_ADMIN: &str = "talos:admin";
const ADMINISTRATORS: &str = "system:masters";

pub(crate) struct KubernetesSecretIssue(pub Issuer);

#[async_trait]
impl Controller for KubernetesSecretIssue {
    fn name(&self) -> &str {
        "trust.kubernetes_secret.issue"
    }

    fn inputs(&self) -> Vec<Input> {
        vec![
            Input::of::<KubernetesRootSecret>().only(KubernetesRootSecret::ID).to_all(),
            Input::of::<TimeStatus>().only(TimeStatus::ID).to_all(),
        ]
    }

    fn outputs(&self) -> Vec<Output> {
        vec![Output::exclusive::<KubernetesSecret>()]
    }

    async fn reconcile(&mut self, cx: &Context, _: &Key) -> Result<(), ReconcileError> {
        let root = cx.require::<KubernetesRootSecret>(KubernetesRootSecret::ID)?;
        ready::clock(cx)?;
        let authority = issuer::load("kubernetes", issuing(&root)?)?;
        let local = &root.local_endpoint;
        let user = |file: &str, name: &str, group: &str| self.user(cx, &authority, file, name, group);
        let manager = user("kube-controller-manager", CONTROLLER_MANAGER, CONTROLLER_MANAGER)?;
        let scheduler = user("kube-scheduler", SCHEDULER, SCHEDULER)?;
        let admin = user("kubernetes-admin", SYSTEM_ADMIN, ADMINISTRATORS)?;
        let secret = KubernetesSecret {
            controller_manager_kubeconfig: file(&root, local, CONTROLLER_MANAGER, "default", manager),
            scheduler_kubeconfig: file(&root, local, SCHEDULER, "default", scheduler),
            localhost_admin_kubeconfig: file(&root, local, "admin", "admin", admin.clone()),
            admin_kubeconfig: file(&root, &root.endpoint, "admin", "admin", admin),
        };
        cx.write(KubernetesSecret::ID, secret)?;
        Ok(())
    }
}

impl KubernetesSecretIssue {
    fn user(
        &self,
        cx: &Context,
        authority: &Authority,
        file: &str,
        name: &str,
        group: &str,
    ) -> Result<KubeconfigUser, ReconcileError> {
        let leaf = Leaf::client(name, LIFETIME).organizations([group]).algorithm(Algorithm::EcdsaP256);
        let pair = self.0.leaf(cx, file, &leaf, authority)?;
        Ok(KubeconfigUser::Certificate { crt: pair.crt.clone(), key: pair.key })
    }
}

fn file(root: &KubernetesRootSecret, server: &str, user: &str, context: &str, credentials: KubeconfigUser) -> Secret {
    let kubeconfig = Kubeconfig {
        cluster: root.name.clone(),
        server: server.to_owned(),
        ca: root.accepted_cas.iter().map(|ca| ca.crt.as_str()).collect(),
        user: format!("{user}@{}", root.name),
        context: format!("{context}@{}", root.name),
        credentials,
        namespace: Some("default".to_owned()),
    };
    kubeconfig.render()
}
