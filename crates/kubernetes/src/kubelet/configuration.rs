//! The kubelet's configuration document: ours, with the fields that the user may change and add.

use minos_resources::k8s::KubeletConfig;
use serde_json::{Map, Value, json};
use thiserror::Error;

use super::KubeletHost;

/// The authorities that may have signed clients of the kubelet's API.
pub(crate) const CLIENT_CA: &str = "/etc/kubernetes/pki/ca.crt";
/// Where the kubelet finds static pods besides those served by the node.
const MANIFESTS_DIR: &str = "/etc/kubernetes/manifests";
/// The folder of [`RESOLV_CONF`], which the node writes. The file is replaced when it changes, so the folder is mounted.
pub(crate) const RESOLV_CONF_DIR: &str = "/system/resolved";
/// The resolvers that pods with the node's DNS get. Not those of the node's own programs, whose address is on loopback.
pub(crate) const RESOLV_CONF: &str = "/system/resolved/resolv.conf";
/// Keeps workloads' taint off control plane nodes.
const CONTROL_PLANE_TAINT: &str = "node-role.kubernetes.io/control-plane";

/// What the user may not change.
const PROTECTED: [&str; 13] = [
    "apiVersion",
    "authentication",
    "authorization",
    "cgroupRoot",
    "kind",
    "kubeletCgroups",
    "port",
    "protectKernelDefaults",
    "resolvConf",
    "rotateCertificates",
    "seccompDefault",
    "staticPodPath",
    "systemCgroups",
];

/// The user's fields cannot be used.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum ConfigurationError {
    /// They are not a mapping.
    #[error("the kubelet's extra configuration is not a mapping")]
    NotAMapping,
    /// The node sets this field.
    #[error("the kubelet's field {0:?} is set by the node and cannot be changed")]
    Protected(&'static str),
}

/// The document.
pub(crate) fn render(
    config: &KubeletConfig,
    control_plane: bool,
    host: KubeletHost,
) -> Result<Value, ConfigurationError> {
    let mut document = match &config.extra_config {
        None | Some(Value::Null) => Map::new(),
        Some(Value::Object(extra)) => extra.clone(),
        Some(_) => return Err(ConfigurationError::NotAMapping),
    };
    if let Some(field) = PROTECTED.into_iter().find(|field| document.contains_key(*field)) {
        return Err(ConfigurationError::Protected(field));
    }
    let memory = if control_plane { "512Mi" } else { "384Mi" };
    for (field, value) in [
        ("address", json!("0.0.0.0")),
        ("clusterDNS", json!(config.cluster_dns)),
        ("clusterDomain", json!(config.cluster_domain)),
        ("failSwapOn", json!(false)),
        // The node's list of static pods answers when it changes, so asking again at once costs nothing.
        ("httpCheckFrequency", json!("1s")),
        ("logging", json!({"format": "json"})),
        ("oomScoreAdj", json!(-450)),
        ("serializeImagePulls", json!(false)),
        ("shutdownGracePeriod", json!("30s")),
        ("shutdownGracePeriodCriticalPods", json!("10s")),
        ("streamingConnectionIdleTimeout", json!("5m0s")),
        ("systemReserved", json!({"cpu": "50m", "memory": memory, "pid": "100", "ephemeral-storage": "256Mi"})),
        ("tlsMinVersion", json!("VersionTLS13")),
    ] {
        document.entry(field).or_insert(value);
    }
    if host.legacy_cgroups {
        // On such a host the kubelet refuses to start unless it is allowed to.
        document.entry("failCgroupV1").or_insert(json!(false));
    }
    for (field, value) in fixed(config) {
        document.insert(field.to_owned(), value);
    }
    if config.enable_fs_quota_monitoring {
        let gates = document.entry("featureGates").or_insert_with(|| json!({}));
        if let Some(gates) = gates.as_object_mut() {
            gates.entry("LocalStorageCapacityIsolationFSQuotaMonitoring").or_insert(json!(true));
        }
    }
    if control_plane && !config.skip_node_registration && !config.allow_scheduling_on_control_plane {
        taint(&mut document, config);
    }
    Ok(Value::Object(document))
}

fn fixed(config: &KubeletConfig) -> Vec<(&'static str, Value)> {
    let registers = !config.skip_node_registration;
    let mode = if registers { "Webhook" } else { "AlwaysAllow" };
    let manifests = if config.disable_manifests_directory { "" } else { MANIFESTS_DIR };
    let mut fields = vec![
        ("apiVersion", json!("kubelet.config.k8s.io/v1beta1")),
        ("kind", json!("KubeletConfiguration")),
        (
            "authentication",
            json!({
                "x509": {"clientCAFile": CLIENT_CA},
                "webhook": {"enabled": registers},
                "anonymous": {"enabled": false},
            }),
        ),
        ("authorization", json!({"mode": mode})),
        ("cgroupRoot", json!("/")),
        ("containerRuntimeEndpoint", json!("unix:///run/containerd/containerd.sock")),
        ("kubeletCgroups", json!("/podruntime/kubelet")),
        ("port", json!(10250)),
        ("protectKernelDefaults", json!(true)),
        ("resolvConf", json!(RESOLV_CONF)),
        ("rotateCertificates", json!(true)),
        ("staticPodPath", json!(manifests)),
        ("staticPodURL", json!(config.static_pod_list_url)),
        ("systemCgroups", json!("/system")),
    ];
    if config.default_runtime_seccomp_enabled {
        fields.push(("seccompDefault", json!(true)));
    }
    fields
}

/// Registers with the taint, so that no pod arrives before the node's labels and taints are applied.
fn taint(document: &mut Map<String, Value>, config: &KubeletConfig) {
    if config.extra_args.contains_key("register-with-taints") {
        return;
    }
    let taints = document.entry("registerWithTaints").or_insert_with(|| json!([]));
    if let Some(taints) = taints.as_array_mut()
        && taints.iter().all(|taint| taint["key"] != CONTROL_PLANE_TAINT)
    {
        taints.push(json!({"key": CONTROL_PLANE_TAINT, "effect": "NoSchedule"}));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config() -> KubeletConfig {
        KubeletConfig {
            cluster_dns: vec!["10.96.0.10".to_owned()],
            cluster_domain: "cluster.local".to_owned(),
            default_runtime_seccomp_enabled: true,
            static_pod_list_url: "http://127.0.0.1:40001".to_owned(),
            disable_manifests_directory: true,
            ..KubeletConfig::default()
        }
    }

    #[test]
    fn a_control_plane_node() {
        insta::assert_json_snapshot!(render(&config(), true, KubeletHost::default()).unwrap());
    }

    #[test]
    fn users_fields_win_where_they_may() {
        let extra = json!({"maxPods": 50, "shutdownGracePeriod": "0s", "systemReserved": {"cpu": "1"}});
        let document =
            render(&KubeletConfig { extra_config: Some(extra), ..config() }, false, KubeletHost::default()).unwrap();
        assert_eq!(document["maxPods"], 50);
        assert_eq!(document["shutdownGracePeriod"], "0s");
        assert_eq!(document["systemReserved"], json!({"cpu": "1"}));
        assert_eq!(document.get("registerWithTaints"), None);
    }

    #[test]
    fn version_one_of_control_groups_is_allowed_only_where_it_is() {
        let there = render(&config(), false, KubeletHost { legacy_cgroups: true, shares_kernel: true }).unwrap();
        assert_eq!(there["failCgroupV1"], json!(false));
        let not = render(&config(), false, KubeletHost { shares_kernel: true, ..KubeletHost::default() }).unwrap();
        assert_eq!(not.get("failCgroupV1"), None);
    }

    #[test]
    fn protected_fields_are_refused() {
        let config = KubeletConfig { extra_config: Some(json!({"cgroupRoot": "/x"})), ..config() };
        assert_eq!(render(&config, false, KubeletHost::default()), Err(ConfigurationError::Protected("cgroupRoot")));
    }
}
