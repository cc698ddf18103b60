//! The scheduler's pod.

use minos_resources::k8s::SchedulerConfig;
use serde_json::{Value, json};

use super::component::SCHEDULER;
use super::pod::{ControlPlanePod, PodVersions, probe};
use crate::args::{Args, ArgsError, Policy};
use crate::version::KubernetesVersion;

const HEALTH_PORT: u16 = 10259;

/// The pod.
pub(crate) fn render(config: &SchedulerConfig, versions: &PodVersions) -> Result<Value, ArgsError> {
    let mut command = vec!["/usr/local/bin/kube-scheduler".to_owned()];
    command.extend(args(config)?.render());
    let (live, ready) = if KubernetesVersion::of_image(&config.image).scheduler_has_livez() {
        ("/livez", "/readyz")
    } else {
        ("/healthz", "/healthz")
    };
    let pod = ControlPlanePod {
        id: SCHEDULER.id,
        image: &config.image,
        user: SCHEDULER.user,
        command,
        directories: vec![("secrets", SCHEDULER.secrets, true), ("config", SCHEDULER.config, true)],
        extra_volumes: &config.extra_volumes,
        environment: &config.environment_variables,
        resources: &config.resources,
        default_cpu: "10m",
        default_memory: "64Mi",
        capabilities: &[],
        probes: vec![
            ("startupProbe", probe(live, HEALTH_PORT, json!({"periodSeconds": 5, "failureThreshold": 12}))),
            ("livenessProbe", probe(live, HEALTH_PORT, json!({"timeoutSeconds": 15}))),
            ("readinessProbe", probe(ready, HEALTH_PORT, json!({"timeoutSeconds": 15}))),
        ],
        versions,
    };
    Ok(pod.render())
}

fn args(config: &SchedulerConfig) -> Result<Args, ArgsError> {
    let mut args = Args::of([
        ("authentication-kubeconfig", SCHEDULER.secret("kubeconfig")),
        ("authorization-kubeconfig", SCHEDULER.secret("kubeconfig")),
        ("config", SCHEDULER.document("scheduler-config.yaml")),
    ]);
    for (flag, value) in [
        ("authentication-tolerate-lookup-failure", "false"),
        ("bind-address", "127.0.0.1"),
        ("leader-elect", "true"),
        ("profiling", "false"),
        ("tls-min-version", "VersionTLS13"),
    ] {
        args.set(flag, value);
    }
    args.merge(&config.extra_args, policy)?;
    Ok(args)
}

fn policy(flag: &str) -> Policy {
    match flag {
        "kubeconfig" | "authentication-kubeconfig" | "authorization-kubeconfig" | "config" => Policy::Denied,
        _ => Policy::Overwrite,
    }
}
