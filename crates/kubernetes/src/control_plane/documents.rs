//! The documents that the API server and the scheduler read.

use minos_resources::k8s::{AdmissionControlConfig, AuditPolicyConfig, AuthorizationConfig, SchedulerConfig};
use serde_json::{Map, Value, json};

use super::component::SCHEDULER;
use crate::version::KubernetesVersion;

/// Admission plug-ins with their configuration.
pub(crate) fn admission(config: &AdmissionControlConfig) -> Value {
    let plugins = config.config.iter();
    let plugins: Vec<_> =
        plugins.map(|one| json!({"name": one.name, "path": "", "configuration": one.configuration})).collect();
    json!({"apiVersion": "apiserver.config.k8s.io/v1", "kind": "AdmissionConfiguration", "plugins": plugins})
}

/// The audit policy as it is.
pub(crate) fn audit_policy(config: &AuditPolicyConfig) -> Value {
    config.config.clone()
}

/// Authorizers in their order.
pub(crate) fn authorization(config: &AuthorizationConfig) -> Value {
    let authorizers = config.config.iter().map(|one| {
        let mut authorizer = json!({"type": one.kind, "name": one.name});
        if let Some(webhook) = one.webhook.as_ref().filter(|webhook| !webhook.is_null()) {
            authorizer["webhook"] = webhook.clone();
        }
        authorizer
    });
    let authorizers: Vec<_> = authorizers.collect();
    let version = KubernetesVersion::of_image(&config.image);
    json!({
        "apiVersion": version.authorization_config_api(),
        "kind": "AuthorizationConfiguration",
        "authorizers": authorizers,
    })
}

/// The user's scheduler configuration with our credentials.
pub(crate) fn scheduler(config: &SchedulerConfig) -> Value {
    let mut document = config.config.as_object().cloned().unwrap_or_default();
    document.insert("apiVersion".to_owned(), json!("kubescheduler.config.k8s.io/v1"));
    document.insert("kind".to_owned(), json!("KubeSchedulerConfiguration"));
    let connection = document.entry("clientConnection").or_insert_with(|| Value::Object(Map::new()));
    if !connection.is_object() {
        *connection = Value::Object(Map::new());
    }
    connection["kubeconfig"] = json!(SCHEDULER.secret("kubeconfig"));
    Value::Object(document)
}

/// How Secrets are encrypted in etcd: the first key encrypts, all decrypt.
pub(crate) fn encryption(secretbox: &str, aescbc: &str) -> Value {
    let mut providers = Vec::new();
    if !secretbox.is_empty() {
        providers.push(json!({"secretbox": {"keys": [{"name": "key2", "secret": secretbox}]}}));
    }
    if !aescbc.is_empty() {
        providers.push(json!({"aescbc": {"keys": [{"name": "key1", "secret": aescbc}]}}));
    }
    providers.push(json!({"identity": {}}));
    json!({
        "apiVersion": "apiserver.config.k8s.io/v1",
        "kind": "EncryptionConfiguration",
        "resources": [{"resources": ["secrets"], "providers": providers}],
    })
}
