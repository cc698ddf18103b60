//! What the control plane is made from, taken from the machine configuration.

use std::collections::BTreeMap;

use minos_config::Config;
use minos_config::v1alpha1::{Resources, VolumeMount};
use minos_resources::k8s::{
    AdmissionControlConfig, AdmissionPlugin, ApiServerConfig, AuditPolicyConfig, AuthorizationConfig, Authorizer,
    ControllerManagerConfig, ExtraVolume, PodResources, SchedulerConfig,
};
use minos_runtime::Controller;
use serde_json::{Map, Value};

use crate::from_config::{arg_values, from_config, of_control_plane};
use crate::version::KubernetesVersion;

/// One controller for each resource.
pub(crate) fn controllers() -> Vec<Box<dyn Controller>> {
    vec![
        from_config("kubernetes.admission-control.config", AdmissionControlConfig::ID, admission_control),
        from_config("kubernetes.api-server.config", ApiServerConfig::ID, api_server),
        from_config("kubernetes.audit-policy.config", AuditPolicyConfig::ID, audit_policy),
        from_config("kubernetes.authorization.config", AuthorizationConfig::ID, authorization),
        from_config("kubernetes.controller-manager.config", ControllerManagerConfig::ID, controller_manager),
        from_config("kubernetes.scheduler.config", SchedulerConfig::ID, scheduler),
    ]
}

fn admission_control(config: &Config) -> Option<AdmissionControlConfig> {
    let plugins = of_control_plane(config)?.api_server().admission_control;
    let plugins = plugins.into_iter();
    let plugins =
        plugins.map(|one| AdmissionPlugin { name: one.name, configuration: Value::Object(one.configuration) });
    Some(AdmissionControlConfig { config: plugins.collect() })
}

fn audit_policy(config: &Config) -> Option<AuditPolicyConfig> {
    Some(AuditPolicyConfig { config: Value::Object(of_control_plane(config)?.api_server().audit_policy) })
}

fn authorization(config: &Config) -> Option<AuthorizationConfig> {
    let server = of_control_plane(config)?.api_server();
    let mut authorizers = Vec::new();
    if KubernetesVersion::of_image(&server.image).has_authorization_config() {
        let configured = server.authorization_config.into_iter().map(|one| Authorizer {
            kind: one.kind,
            name: one.name,
            webhook: (!one.webhook.is_empty()).then_some(Value::Object(one.webhook)),
        });
        authorizers = with_defaults(configured.collect());
    }
    Some(AuthorizationConfig { image: server.image, config: authorizers })
}

/// Node and RBAC are never left out; where the user does not place them they come first.
fn with_defaults(mut authorizers: Vec<Authorizer>) -> Vec<Authorizer> {
    for (position, kind, name) in [(0, "Node", "node"), (1, "RBAC", "rbac")] {
        if authorizers.iter().all(|one| one.kind != kind) {
            let default = Authorizer { kind: kind.to_owned(), name: name.to_owned(), webhook: None };
            authorizers.insert(position.min(authorizers.len()), default);
        }
    }
    authorizers
}

fn api_server(config: &Config) -> Option<ApiServerConfig> {
    let config = of_control_plane(config)?;
    let server = config.api_server();
    let registers = !config.kubelet().skip_node_registration;
    Some(ApiServerConfig {
        image: server.image,
        cloud_provider: cloud_provider(config),
        control_plane_endpoint: config.cluster_endpoint().to_owned(),
        etcd_servers: vec!["https://127.0.0.1:2379".to_owned()],
        local_port: config.local_api_server_port(),
        service_cidrs: service_cidrs(config),
        extra_args: arg_values(&server.extra_args),
        extra_volumes: volumes(&server.extra_volumes),
        environment_variables: server.env,
        advertised_address: if registers { "$(POD_IP)".to_owned() } else { String::new() },
        resources: resources(&server.resources),
    })
}

fn controller_manager(config: &Config) -> Option<ControllerManagerConfig> {
    let config = of_control_plane(config)?;
    let manager = config.controller_manager();
    Some(ControllerManagerConfig {
        enabled: config.runs_controller_manager(),
        image: manager.image,
        cloud_provider: cloud_provider(config),
        pod_cidrs: pod_cidrs(config),
        service_cidrs: service_cidrs(config),
        extra_args: arg_values(&manager.extra_args),
        extra_volumes: volumes(&manager.extra_volumes),
        environment_variables: manager.env,
        resources: resources(&manager.resources),
    })
}

fn scheduler(config: &Config) -> Option<SchedulerConfig> {
    let config = of_control_plane(config)?;
    let scheduler = config.scheduler();
    Some(SchedulerConfig {
        enabled: config.runs_scheduler(),
        image: scheduler.image,
        extra_args: arg_values(&scheduler.extra_args),
        extra_volumes: volumes(&scheduler.extra_volumes),
        environment_variables: scheduler.env,
        resources: resources(&scheduler.resources),
        config: Value::Object(scheduler.config),
    })
}

fn cloud_provider(config: &Config) -> String {
    if config.external_cloud_provider() { "external".to_owned() } else { String::new() }
}

/// The pods' subnets as texts.
pub(crate) fn pod_cidrs(config: &Config) -> Vec<String> {
    config.cluster_network().pod_subnets.iter().map(ToString::to_string).collect()
}

/// The services' subnets as texts.
pub(crate) fn service_cidrs(config: &Config) -> Vec<String> {
    config.cluster_network().service_subnets.iter().map(ToString::to_string).collect()
}

/// Volumes are named after their place in the container.
fn volumes(mounts: &[VolumeMount]) -> Vec<ExtraVolume> {
    let name = |path: &str| path.replace(['/', '_', '.'], "-").trim_matches('-').to_owned();
    let volume = |mount: &VolumeMount| ExtraVolume {
        name: name(&mount.mount_path),
        host_path: mount.host_path.clone(),
        mount_path: mount.mount_path.clone(),
        read_only: mount.readonly,
    };
    mounts.iter().map(volume).collect()
}

fn resources(resources: &Resources) -> PodResources {
    PodResources { requests: amounts(&resources.requests), limits: amounts(&resources.limits) }
}

/// Amounts may be written as numbers.
fn amounts(amounts: &Map<String, Value>) -> BTreeMap<String, String> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    amounts.iter().map(|(name, amount)| (name.clone(), text(amount))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn node_and_rbac_are_always_asked() {
        let webhook = Authorizer { kind: "Webhook".to_owned(), name: "w".to_owned(), webhook: None };
        let kinds = |authorizers: Vec<Authorizer>| -> Vec<String> {
            with_defaults(authorizers).into_iter().map(|one| one.kind).collect()
        };
        assert_eq!(kinds(vec![]), ["Node", "RBAC"]);
        assert_eq!(kinds(vec![webhook]), ["Node", "RBAC", "Webhook"]);
    }
}
