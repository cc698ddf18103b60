use super::{Arguments, Environment, Object};
use crate::schema::{Effect, section};

section! {
    /// The API server.
    pub struct ApiServer {
        /// Its image.
        "image" => image: String
            [default("registry.k8s.io/kube-apiserver of the release that this system is made for")]
            [example("registry.k8s.io/kube-apiserver:v1.36.3")],
        /// Flags of its command line, without dashes; a list gives a flag several times. Files and keys that the
        /// system gives it are refused; `feature-gates`, `enable-admission-plugins` and `tls-cipher-suites` are added
        /// to its own.
        "extraArgs" => extra_args: Arguments [example("{default-watch-cache-size: \"200\"}")],
        /// Further directories of the machine that it sees.
        "extraVolumes" => extra_volumes: Vec<VolumeMount>,
        /// Environment variables.
        "env" => env: Environment [example("{GODEBUG: netdns=go}")],
        /// Further names and addresses for its certificate. The endpoint's and the machine's own are always in it.
        "certSANs" => cert_sans: Vec<String> [example("[api.example.org, 192.0.2.100]")] [effect(Effect::Live)],
        /// Kept for old files: no Kubernetes that runs here has pod security policies.
        "disablePodSecurityPolicy" => disable_pod_security_policy: Option<bool> [effect(Effect::Live)],
        /// Configuration of admission plugins. In a patch an entry changes the one with the same `name`.
        "admissionControl" => admission_control: Vec<AdmissionPlugin> [keyed(&["name"])],
        /// Which requests are written to the audit log, and how much of them (`audit.k8s.io`). A patch replaces all
        /// of it.
        "auditPolicy" => audit_policy: Option<Object>
            [default("every request without its body")]
            [example("{apiVersion: audit.k8s.io/v1, kind: Policy, rules: [{level: Metadata}]}")] [replace],
        /// Processor time and memory.
        "resources" => resources: Option<Resources>,
        /// Who is asked whether a request is allowed, in this order. `Node` and `RBAC` are added where they are
        /// missing. Excludes the flags `authorization-mode` and `authorization-webhook-*`.
        "authorizationConfig" => authorization_config: Vec<Authorizer>,
    }
}

section! {
    /// An admission plugin.
    pub struct AdmissionPlugin {
        /// Its name.
        "name" => name: String [example("PodSecurity")],
        /// Its configuration, as Kubernetes describes it.
        "configuration" => configuration: Object
            [example("{apiVersion: pod-security.admission.config.k8s.io/v1, kind: PodSecurityConfiguration}")],
    }
}

section! {
    /// One who is asked whether a request is allowed.
    pub struct Authorizer {
        /// What it is. Needed.
        "type" => kind: String [values(&["Node", "RBAC", "Webhook"])] [example("Webhook")],
        /// What it is called in logs and metrics. Needed.
        "name" => name: String [example("policy")],
        /// How the webhook is asked, as Kubernetes describes it. Only with `Webhook`, there it is needed.
        "webhook" => webhook: Object [example("{timeout: 3s, failurePolicy: Deny}")],
    }
}

section! {
    /// The controller manager.
    pub struct ControllerManager {
        /// Its image.
        "image" => image: String
            [default("registry.k8s.io/kube-controller-manager of the release that this system is made for")]
            [example("registry.k8s.io/kube-controller-manager:v1.36.3")],
        /// Flags of its command line, without dashes; a list gives a flag several times. Files and keys that the
        /// system gives it are refused; `controllers` is added to its own.
        "extraArgs" => extra_args: Arguments [example("{node-monitor-grace-period: 30s}")],
        /// Further directories of the machine that it sees.
        "extraVolumes" => extra_volumes: Vec<VolumeMount>,
        /// Environment variables.
        "env" => env: Environment [example("{GODEBUG: netdns=go}")],
        /// Processor time and memory.
        "resources" => resources: Option<Resources>,
    }
}

section! {
    /// The scheduler.
    pub struct Scheduler {
        /// Its image.
        "image" => image: String
            [default("registry.k8s.io/kube-scheduler of the release that this system is made for")]
            [example("registry.k8s.io/kube-scheduler:v1.36.3")],
        /// Flags of its command line, without dashes; a list gives a flag several times. `config` and the kubeconfigs
        /// are refused.
        "extraArgs" => extra_args: Arguments [example("{v: \"4\"}")],
        /// Further directories of the machine that it sees.
        "extraVolumes" => extra_volumes: Vec<VolumeMount>,
        /// Environment variables.
        "env" => env: Environment [example("{GODEBUG: netdns=go}")],
        /// Processor time and memory.
        "resources" => resources: Option<Resources>,
        /// Its configuration file (`KubeSchedulerConfiguration`). The system adds its version, its kind and the
        /// kubeconfig.
        "config" => config: Object
            [example("{profiles: [{schedulerName: default-scheduler}]}")]
            [effect(Effect::Restarts(&["kube-apiserver", "kube-scheduler"]))],
    }
}

section! {
    /// A directory or file of the machine that a static pod sees.
    pub struct VolumeMount {
        /// The path on the machine.
        "hostPath" => host_path: String [example("/var/lib/webhook")],
        /// The path in the container.
        "mountPath" => mount_path: String [example("/etc/kubernetes/webhook")],
        /// The container cannot write to it.
        "readonly" => readonly: bool [default("false")],
    }
}

section! {
    /// Processor time and memory of a static pod: `cpu` and `memory`.
    pub struct Resources {
        /// What is kept free for it.
        "requests" => requests: Object
            [default("API server: 200m, 512Mi; controller manager: 50m, 256Mi; scheduler: 10m, 64Mi")]
            [example("{cpu: 500m, memory: 1Gi}")],
        /// What it gets at most.
        "limits" => limits: Object [default("none")] [example("{cpu: \"2\", memory: 4Gi}")],
    }
}
