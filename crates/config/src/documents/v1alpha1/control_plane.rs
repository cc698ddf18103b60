use minos_pki::CertificateAndKey;

use super::{Arguments, Environment, Object};
use crate::schema::section;

section! {
    /// The API server.
    pub struct ApiServer {
        /// Its image.
        "image" => image: String,
        /// Command line arguments.
        "extraArgs" => extra_args: Arguments,
        /// Further volumes.
        "extraVolumes" => extra_volumes: Vec<VolumeMount>,
        /// Environment.
        "env" => env: Environment,
        /// Further names for its certificate.
        "certSANs" => cert_sans: Vec<String>,
        /// Kept for old files: no Kubernetes that is supported has pod security policies.
        "disablePodSecurityPolicy" => disable_pod_security_policy: Option<bool>,
        /// Admission plugins.
        "admissionControl" => admission_control: Vec<AdmissionPlugin> [keyed(&["name"])],
        /// What is logged about requests.
        "auditPolicy" => audit_policy: Option<Object> [replace],
        /// What it may use.
        "resources" => resources: Option<Resources>,
        /// Who is asked whether a request is allowed.
        "authorizationConfig" => authorization_config: Vec<Authorizer>,
    }
}

section! {
    /// An admission plugin.
    pub struct AdmissionPlugin {
        /// Its name.
        "name" => name: String,
        /// Its configuration.
        "configuration" => configuration: Object,
    }
}

section! {
    /// One who is asked whether a request is allowed.
    pub struct Authorizer {
        /// `Node`, `RBAC` or `Webhook`.
        "type" => kind: String,
        /// Its name.
        "name" => name: String,
        /// For `Webhook`.
        "webhook" => webhook: Object,
    }
}

section! {
    /// The controller manager.
    pub struct ControllerManager {
        /// Its image.
        "image" => image: String,
        /// Command line arguments.
        "extraArgs" => extra_args: Arguments,
        /// Further volumes.
        "extraVolumes" => extra_volumes: Vec<VolumeMount>,
        /// Environment.
        "env" => env: Environment,
        /// What it may use.
        "resources" => resources: Option<Resources>,
    }
}

section! {
    /// kube-proxy.
    pub struct Proxy {
        /// True switches it off.
        "disabled" => disabled: Option<bool>,
        /// Its image.
        "image" => image: String,
        /// `nftables`, `iptables` or `ipvs`.
        "mode" => mode: String,
        /// Command line arguments.
        "extraArgs" => extra_args: Arguments,
    }
}

section! {
    /// The scheduler.
    pub struct Scheduler {
        /// Its image.
        "image" => image: String,
        /// Command line arguments.
        "extraArgs" => extra_args: Arguments,
        /// Further volumes.
        "extraVolumes" => extra_volumes: Vec<VolumeMount>,
        /// Environment.
        "env" => env: Environment,
        /// What it may use.
        "resources" => resources: Option<Resources>,
        /// Its configuration file.
        "config" => config: Object,
    }
}

section! {
    /// etcd.
    pub struct Etcd {
        /// Its image.
        "image" => image: String,
        /// Its authority.
        "ca" => ca: Option<CertificateAndKey>,
        /// Command line arguments.
        "extraArgs" => extra_args: Arguments,
        /// Old name of the next one.
        "subnet" => subnet: String [deprecated("use advertisedSubnets")],
        /// Subnets of the address that members are told; `!` excludes one.
        "advertisedSubnets" => advertised_subnets: Vec<String>,
        /// Subnets of the addresses that it listens on; `!` excludes one.
        "listenSubnets" => listen_subnets: Vec<String>,
    }
}

section! {
    /// A volume of a static pod.
    pub struct VolumeMount {
        /// Path outside.
        "hostPath" => host_path: String,
        /// Path inside.
        "mountPath" => mount_path: String,
        /// Not writable inside.
        "readonly" => readonly: bool,
    }
}

section! {
    /// What a static pod may use.
    pub struct Resources {
        /// Reserved.
        "requests" => requests: Object,
        /// At most.
        "limits" => limits: Object,
    }
}
