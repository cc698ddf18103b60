//! The API server's pod.

use std::collections::BTreeMap;

use minos_resources::k8s::{ApiServerConfig, ArgValues};
use serde_json::Value;

use super::component::API_SERVER;
use super::pod::{ControlPlanePod, PodVersions};
use crate::args::{Args, ArgsError, Policy};
use crate::version::KubernetesVersion;

/// Where it writes its audit log.
pub(crate) const AUDIT_DIR: &str = "/var/log/audit/kube";

/// TLS 1.2 stays on for clients outside; then the suites matter.
const CIPHER_SUITES: [&str; 11] = [
    "TLS_AES_128_GCM_SHA256",
    "TLS_AES_256_GCM_SHA384",
    "TLS_CHACHA20_POLY1305_SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
    "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305",
    "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
    "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305",
    "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
];

/// The pod.
pub(crate) fn render(config: &ApiServerConfig, versions: &PodVersions) -> Result<Value, ArgsError> {
    let mut command = vec!["/usr/local/bin/kube-apiserver".to_owned()];
    command.extend(args(config)?.render());
    let pod = ControlPlanePod {
        id: API_SERVER.id,
        image: &config.image,
        user: API_SERVER.user,
        command,
        directories: vec![
            ("secrets", API_SERVER.secrets, true),
            ("config", API_SERVER.config, true),
            ("audit", AUDIT_DIR, false),
        ],
        extra_volumes: &config.extra_volumes,
        environment: &config.environment_variables,
        resources: &config.resources,
        default_cpu: "200m",
        default_memory: "512Mi",
        // The program of the public image carries this file capability and does not start without it.
        capabilities: &["NET_BIND_SERVICE"],
        probes: Vec::new(),
        versions,
    };
    Ok(pod.render())
}

fn args(config: &ApiServerConfig) -> Result<Args, ArgsError> {
    let secret = |name: &str| API_SERVER.secret(name);
    let version = KubernetesVersion::of_image(&config.image);
    let mut args = Args::of([
        ("admission-control-config-file", API_SERVER.document("admission-control-config.yaml")),
        ("audit-policy-file", API_SERVER.document("auditpolicy.yaml")),
        ("audit-log-path", format!("{AUDIT_DIR}/kube-apiserver.log")),
        ("api-audiences", config.control_plane_endpoint.clone()),
        ("service-account-issuer", config.control_plane_endpoint.clone()),
        ("client-ca-file", secret("ca.crt")),
        ("requestheader-client-ca-file", secret("aggregator-ca.crt")),
        ("proxy-client-cert-file", secret("front-proxy-client.crt")),
        ("proxy-client-key-file", secret("front-proxy-client.key")),
        ("encryption-provider-config", secret("encryptionconfig.yaml")),
        ("etcd-cafile", secret("etcd-client-ca.crt")),
        ("etcd-certfile", secret("etcd-client.crt")),
        ("etcd-keyfile", secret("etcd-client.key")),
        ("etcd-servers", config.etcd_servers.join(",")),
        ("kubelet-client-certificate", secret("apiserver-kubelet-client.crt")),
        ("kubelet-client-key", secret("apiserver-kubelet-client.key")),
        ("service-account-key-file", secret("service-account.pub")),
        ("service-account-signing-key-file", secret("service-account.key")),
        ("tls-cert-file", secret("apiserver.crt")),
        ("tls-private-key-file", secret("apiserver.key")),
        ("tls-cipher-suites", CIPHER_SUITES.join(",")),
        ("secure-port", config.local_port.to_string()),
        ("service-cluster-ip-range", config.service_cidrs.join(",")),
    ]);
    for (flag, value) in [
        ("allow-privileged", "true"),
        // An anonymous request would be in the group of all unauthenticated ones, which may read /version.
        ("anonymous-auth", "false"),
        ("audit-log-maxage", "30"),
        ("audit-log-maxbackup", "10"),
        ("audit-log-maxsize", "100"),
        ("bind-address", "0.0.0.0"),
        ("enable-admission-plugins", "NodeRestriction"),
        ("enable-bootstrap-token-auth", "true"),
        ("kubelet-preferred-address-types", "InternalIP,ExternalIP,Hostname"),
        ("profiling", "false"),
        ("requestheader-allowed-names", "front-proxy-client"),
        ("requestheader-extra-headers-prefix", "X-Remote-Extra-"),
        ("requestheader-group-headers", "X-Remote-Group"),
        ("requestheader-username-headers", "X-Remote-User"),
        ("tls-min-version", "VersionTLS12"),
    ] {
        args.set(flag, value);
    }
    if !config.advertised_address.is_empty() {
        args.set("advertise-address", config.advertised_address.as_str());
    }
    if !config.cloud_provider.is_empty() && !version.dropped_cloud_provider_flag() {
        args.set("cloud-provider", config.cloud_provider.as_str());
    }
    authorization(&mut args, version, &config.extra_args);
    args.merge(&config.extra_args, policy)?;
    Ok(args)
}

/// Authorizers come from a document, unless the user still configures them by flags or the release is too old.
fn authorization(args: &mut Args, version: KubernetesVersion, extra: &BTreeMap<String, ArgValues>) {
    let by_flags = extra.keys().any(|flag| flag == "authorization-mode" || flag.starts_with("authorization-webhook-"));
    if by_flags || !version.has_authorization_config() {
        args.set("authorization-mode", "Node,RBAC");
        return;
    }
    if version.authorization_config_needs_gate() {
        args.set("feature-gates", "StructuredAuthorizationConfiguration=true");
    }
    args.set("authorization-config", API_SERVER.document("authorization-config.yaml"));
}

fn policy(flag: &str) -> Policy {
    match flag {
        "enable-admission-plugins" | "feature-gates" | "authorization-mode" | "tls-cipher-suites" => Policy::Additive,
        "authorization-config"
        | "client-ca-file"
        | "encryption-provider-config"
        | "etcd-cafile"
        | "etcd-certfile"
        | "etcd-keyfile"
        | "etcd-servers"
        | "kubelet-client-certificate"
        | "kubelet-client-key"
        | "proxy-client-cert-file"
        | "proxy-client-key-file"
        | "requestheader-client-ca-file"
        | "service-account-key-file"
        | "service-account-signing-key-file"
        | "tls-cert-file"
        | "tls-private-key-file" => Policy::Denied,
        _ => Policy::Overwrite,
    }
}
