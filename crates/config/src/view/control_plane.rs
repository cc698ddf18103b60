use minos_pki::CertificateAndKey;

use super::or;
use crate::{
    config::Config,
    defaults,
    documents::v1alpha1::{AdmissionPlugin, Arguments, Authorizer, Environment, Object, Resources, VolumeMount},
};

/// The API server.
#[derive(Clone, Debug, PartialEq)]
pub struct ApiServerView {
    /// Its image.
    pub image: String,
    /// Command line arguments.
    pub extra_args: Arguments,
    /// Further volumes.
    pub extra_volumes: Vec<VolumeMount>,
    /// Environment.
    pub env: Environment,
    /// Further names for its certificate.
    pub cert_sans: Vec<String>,
    /// Admission plugins.
    pub admission_control: Vec<AdmissionPlugin>,
    /// What is logged about requests.
    pub audit_policy: Object,
    /// What it may use.
    pub resources: Resources,
    /// Who is asked whether a request is allowed, when the configuration says; else `Node`, then `RBAC`.
    pub authorization_config: Vec<Authorizer>,
}

/// The controller manager.
#[derive(Clone, Debug, PartialEq)]
pub struct ControllerManagerView {
    /// Its image.
    pub image: String,
    /// Command line arguments.
    pub extra_args: Arguments,
    /// Further volumes.
    pub extra_volumes: Vec<VolumeMount>,
    /// Environment.
    pub env: Environment,
    /// What it may use.
    pub resources: Resources,
}

/// The scheduler.
#[derive(Clone, Debug, PartialEq)]
pub struct SchedulerView {
    /// Its image.
    pub image: String,
    /// Command line arguments.
    pub extra_args: Arguments,
    /// Further volumes.
    pub extra_volumes: Vec<VolumeMount>,
    /// Environment.
    pub env: Environment,
    /// What it may use.
    pub resources: Resources,
    /// Its configuration file.
    pub config: Object,
}

/// kube-proxy.
#[derive(Clone, Debug, PartialEq)]
pub struct ProxyView {
    /// Whether it runs.
    pub enabled: bool,
    /// Its image.
    pub image: String,
    /// Its mode; empty leaves it to the operating system's manifest.
    pub mode: String,
    /// Command line arguments.
    pub extra_args: Arguments,
}

/// etcd.
#[derive(Clone, Debug, PartialEq)]
pub struct EtcdView {
    /// Its image.
    pub image: String,
    /// Its authority.
    pub ca: Option<CertificateAndKey>,
    /// Command line arguments.
    pub extra_args: Arguments,
    /// Subnets of the address that members are told; `!` excludes one; empty for any.
    pub advertised_subnets: Vec<String>,
    /// Subnets of the addresses that it listens on; `!` excludes one; empty for all.
    pub listen_subnets: Vec<String>,
}

impl Config {
    /// The API server.
    pub fn api_server(&self) -> ApiServerView {
        let server = self.cluster().and_then(|cluster| cluster.api_server.clone()).unwrap_or_default();
        ApiServerView {
            image: or(&server.image, || image("kube-apiserver")),
            extra_args: server.extra_args,
            extra_volumes: server.extra_volumes,
            env: server.env,
            cert_sans: server.cert_sans,
            admission_control: server.admission_control,
            audit_policy: server.audit_policy.filter(|policy| !policy.is_empty()).unwrap_or_else(default_audit_policy),
            resources: server.resources.unwrap_or_default(),
            authorization_config: server.authorization_config,
        }
    }

    /// The controller manager.
    pub fn controller_manager(&self) -> ControllerManagerView {
        let manager = self.cluster().and_then(|cluster| cluster.controller_manager.clone()).unwrap_or_default();
        ControllerManagerView {
            image: or(&manager.image, || image("kube-controller-manager")),
            extra_args: manager.extra_args,
            extra_volumes: manager.extra_volumes,
            env: manager.env,
            resources: manager.resources.unwrap_or_default(),
        }
    }

    /// The scheduler.
    pub fn scheduler(&self) -> SchedulerView {
        let scheduler = self.cluster().and_then(|cluster| cluster.scheduler.clone()).unwrap_or_default();
        SchedulerView {
            image: or(&scheduler.image, || image("kube-scheduler")),
            extra_args: scheduler.extra_args,
            extra_volumes: scheduler.extra_volumes,
            env: scheduler.env,
            resources: scheduler.resources.unwrap_or_default(),
            config: scheduler.config,
        }
    }

    /// kube-proxy.
    pub fn proxy(&self) -> ProxyView {
        let proxy = self.cluster().and_then(|cluster| cluster.proxy.clone()).unwrap_or_default();
        ProxyView {
            enabled: !proxy.disabled.unwrap_or(false),
            image: or(&proxy.image, || image("kube-proxy")),
            mode: proxy.mode,
            extra_args: proxy.extra_args,
        }
    }

    /// etcd.
    pub fn etcd(&self) -> EtcdView {
        let etcd = self.cluster().and_then(|cluster| cluster.etcd.clone()).unwrap_or_default();
        let old = Some(etcd.subnet).filter(|subnet| !subnet.is_empty());
        let listen = if etcd.listen_subnets.is_empty() { &etcd.advertised_subnets } else { &etcd.listen_subnets };
        EtcdView {
            image: or(&etcd.image, defaults::etcd_image),
            ca: etcd.ca,
            extra_args: etcd.extra_args,
            listen_subnets: listen.clone(),
            advertised_subnets: etcd.advertised_subnets.into_iter().chain(old).collect(),
        }
    }
}

fn image(component: &str) -> String {
    defaults::kubernetes_image(component, defaults::KUBERNETES_VERSION)
}

/// Everything is logged, without bodies.
pub(crate) fn default_audit_policy() -> Object {
    let policy =
        serde_json::json!({ "apiVersion": "audit.k8s.io/v1", "kind": "Policy", "rules": [{ "level": "Metadata" }] });
    policy.as_object().cloned().unwrap_or_default()
}
