//! kube-proxy: Services on every node.

use minos_resources::k8s::BootstrapManifestsConfig;
use serde_json::{Value, json};

use super::base::{bind_account, service_account};

/// The DaemonSet with its account.
pub(super) fn objects(config: &BootstrapManifestsConfig) -> Vec<Value> {
    vec![
        daemon_set(config),
        service_account("kube-proxy"),
        bind_account("kube-proxy", "system:node-proxier", "kube-proxy"),
    ]
}

fn daemon_set(config: &BootstrapManifestsConfig) -> Value {
    let labels = json!({"tier": "node", "k8s-app": "kube-proxy"});
    json!({
        "apiVersion": "apps/v1",
        "kind": "DaemonSet",
        "metadata": {"name": "kube-proxy", "namespace": "kube-system", "labels": labels},
        "spec": {
            "selector": {"matchLabels": labels},
            "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 1}},
            "template": {
                "metadata": {"labels": labels},
                "spec": {
                    "hostNetwork": true,
                    "priorityClassName": "system-cluster-critical",
                    "serviceAccountName": "kube-proxy",
                    "tolerations": [
                        {"effect": "NoSchedule", "operator": "Exists"},
                        {"effect": "NoExecute", "operator": "Exists"},
                    ],
                    "containers": [container(config)],
                    "volumes": [
                        {"name": "lib-modules", "hostPath": {"path": "/usr/lib/modules"}},
                        {"name": "ssl-certs-host", "hostPath": {"path": "/etc/ssl/certs"}},
                        {"name": "kubeconfig", "configMap": {"name": "kubeconfig-in-cluster"}},
                    ],
                },
            },
        },
    })
}

fn container(config: &BootstrapManifestsConfig) -> Value {
    let mut command = vec!["/usr/local/bin/kube-proxy".to_owned()];
    command.extend(config.proxy_args.iter().cloned());
    json!({
        "name": "kube-proxy",
        "image": config.proxy_image,
        "command": command,
        "env": [
            {"name": "NODE_NAME", "valueFrom": {"fieldRef": {"fieldPath": "spec.nodeName"}}},
            {"name": "POD_IP", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}},
        ],
        "securityContext": {"privileged": true},
        "volumeMounts": [
            {"name": "lib-modules", "mountPath": "/lib/modules", "readOnly": true},
            {"name": "ssl-certs-host", "mountPath": "/etc/ssl/certs", "readOnly": true},
            {"name": "kubeconfig", "mountPath": "/etc/kubernetes", "readOnly": true},
        ],
    })
}
