//! The controller manager's pod.

use minos_resources::k8s::ControllerManagerConfig;
use serde_json::{Value, json};

use super::component::CONTROLLER_MANAGER;
use super::pod::{ControlPlanePod, PodVersions, probe};
use crate::args::{Args, ArgsError, Policy};
use crate::version::KubernetesVersion;

const HEALTH_PORT: u16 = 10257;

/// The pod.
pub(crate) fn render(config: &ControllerManagerConfig, versions: &PodVersions) -> Result<Value, ArgsError> {
    let mut command =
        vec!["/usr/local/bin/kube-controller-manager".to_owned(), "--use-service-account-credentials".to_owned()];
    command.extend(args(config)?.render());
    let pod = ControlPlanePod {
        id: CONTROLLER_MANAGER.id,
        image: &config.image,
        user: CONTROLLER_MANAGER.user,
        command,
        directories: vec![("secrets", CONTROLLER_MANAGER.secrets, true)],
        extra_volumes: &config.extra_volumes,
        environment: &config.environment_variables,
        resources: &config.resources,
        default_cpu: "50m",
        default_memory: "256Mi",
        capabilities: &[],
        probes: vec![
            // A minute to start.
            ("startupProbe", probe("/healthz", HEALTH_PORT, json!({"periodSeconds": 5, "failureThreshold": 12}))),
            ("livenessProbe", probe("/healthz", HEALTH_PORT, json!({"timeoutSeconds": 15}))),
        ],
        versions,
    };
    Ok(pod.render())
}

fn args(config: &ControllerManagerConfig) -> Result<Args, ArgsError> {
    let secret = |name: &str| CONTROLLER_MANAGER.secret(name);
    let mut args = Args::of([
        ("authentication-kubeconfig", secret("kubeconfig")),
        ("authorization-kubeconfig", secret("kubeconfig")),
        ("kubeconfig", secret("kubeconfig")),
        ("cluster-cidr", config.pod_cidrs.join(",")),
        ("service-cluster-ip-range", config.service_cidrs.join(",")),
        ("cluster-signing-cert-file", secret("ca.crt")),
        ("cluster-signing-key-file", secret("ca.key")),
        ("root-ca-file", secret("ca.crt")),
        ("service-account-private-key-file", secret("service-account.key")),
    ]);
    for (flag, value) in [
        ("allocate-node-cidrs", "true"),
        ("bind-address", "127.0.0.1"),
        ("configure-cloud-routes", "false"),
        ("controllers", "*,tokencleaner"),
        // At its start each of about forty controllers asks for a token of its own. With the defaults of 20 and 30 that
        // alone takes four seconds, in which no pod is made.
        ("kube-api-burst", "200"),
        ("kube-api-qps", "50"),
        ("leader-elect", "true"),
        ("profiling", "false"),
        ("tls-min-version", "VersionTLS13"),
    ] {
        args.set(flag, value);
    }
    let version = KubernetesVersion::of_image(&config.image);
    if !config.cloud_provider.is_empty() && !version.dropped_cloud_provider_flag() {
        args.set("cloud-provider", config.cloud_provider.as_str());
    }
    args.merge(&config.extra_args, policy)?;
    Ok(args)
}

fn policy(flag: &str) -> Policy {
    match flag {
        "service-cluster-ip-range" | "controllers" => Policy::Additive,
        "authentication-kubeconfig"
        | "authorization-kubeconfig"
        | "cluster-signing-cert-file"
        | "cluster-signing-key-file"
        | "root-ca-file"
        | "service-account-private-key-file" => Policy::Denied,
        _ => Policy::Overwrite,
    }
}
