//! The cluster's DNS.

use minos_resources::k8s::BootstrapManifestsConfig;
use serde_json::{Value, json};

use super::base::{bind_account, cluster_role, service_account};

/// Everything but the Service.
pub(super) fn objects(config: &BootstrapManifestsConfig) -> Vec<Value> {
    let labels = json!({"kubernetes.io/bootstrapping": "rbac-defaults"});
    let rules = json!([
        {"apiGroups": [""], "resources": ["endpoints", "services", "pods", "namespaces"], "verbs": ["list", "watch"]},
        {"apiGroups": ["discovery.k8s.io"], "resources": ["endpointslices"], "verbs": ["list", "watch"]},
    ]);
    let mut role = cluster_role("system:coredns", &rules);
    role["metadata"]["labels"] = labels.clone();
    let mut binding = bind_account("system:coredns", "system:coredns", "coredns");
    binding["metadata"]["labels"] = labels;
    binding["metadata"]["annotations"] = json!({"rbac.authorization.kubernetes.io/autoupdate": "true"});
    vec![service_account("coredns"), role, binding, corefile(config), deployment(config)]
}

/// The Service, at the address that every kubelet tells its pods.
pub(super) fn service(config: &BootstrapManifestsConfig) -> Value {
    let families = [("IPv4", &config.dns_service_ip), ("IPv6", &config.dns_service_ipv6)];
    let families: Vec<_> = families.into_iter().filter(|(_, address)| !address.is_empty()).collect();
    let addresses: Vec<_> = families.iter().map(|(_, address)| address.as_str()).collect();
    let names: Vec<_> = families.iter().map(|(name, _)| *name).collect();
    let policy = if names.len() > 1 { "RequireDualStack" } else { "SingleStack" };
    json!({
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {
            "name": "kube-dns",
            "namespace": "kube-system",
            "annotations": {"prometheus.io/scrape": "true", "prometheus.io/port": "9153"},
            "labels": {
                "k8s-app": "kube-dns",
                "kubernetes.io/cluster-service": "true",
                "kubernetes.io/name": "CoreDNS",
            },
        },
        "spec": {
            "selector": {"k8s-app": "kube-dns"},
            "clusterIP": addresses.first().copied().unwrap_or_default(),
            "clusterIPs": addresses,
            "ipFamilies": names,
            "ipFamilyPolicy": policy,
            "ports": [
                {"name": "dns", "port": 53, "targetPort": 53, "protocol": "UDP"},
                {"name": "dns-tcp", "port": 53, "targetPort": 53, "protocol": "TCP"},
                {"name": "metrics", "port": 9153, "targetPort": 9153, "protocol": "TCP"},
            ],
        },
    })
}

fn corefile(config: &BootstrapManifestsConfig) -> Value {
    let domain = &config.cluster_domain;
    // Cached answers about the cluster's own names would outlive the pods behind them.
    let cache = if domain.is_empty() {
        "cache 30".to_owned()
    } else {
        format!("cache 30 {{\n       disable success {domain}\n       disable denial {domain}\n    }}")
    };
    let text = format!(
        ".:53 {{\n    errors\n    health {{\n        lameduck 5s\n    }}\n    ready\n    log . {{\n        class error\n    }}\n    \
         prometheus :9153\n\n    kubernetes {domain} in-addr.arpa ip6.arpa {{\n        pods insecure\n        fallthrough \
         in-addr.arpa ip6.arpa\n        ttl 30\n    }}\n    forward . /etc/resolv.conf {{\n       max_concurrent 1000\n    \
         }}\n    {cache}\n    loop\n    reload\n    loadbalance\n}}\n"
    );
    json!({
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "coredns", "namespace": "kube-system"},
        "data": {"Corefile": text},
    })
}

fn deployment(config: &BootstrapManifestsConfig) -> Value {
    json!({
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {
            "name": "coredns",
            "namespace": "kube-system",
            "labels": {"k8s-app": "kube-dns", "kubernetes.io/name": "CoreDNS"},
        },
        "spec": {
            "replicas": 2,
            "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 1}},
            "selector": {"matchLabels": {"k8s-app": "kube-dns"}},
            "template": {
                "metadata": {"labels": {"k8s-app": "kube-dns"}},
                "spec": {
                    "nodeSelector": {"kubernetes.io/os": "linux"},
                    "serviceAccountName": "coredns",
                    "priorityClassName": "system-cluster-critical",
                    "dnsPolicy": "Default",
                    "affinity": {"podAntiAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [{
                        "weight": 100,
                        "podAffinityTerm": {
                            "topologyKey": "kubernetes.io/hostname",
                            "labelSelector": {"matchExpressions": [
                                {"key": "k8s-app", "operator": "In", "values": ["kube-dns"]},
                            ]},
                        },
                    }]}},
                    "tolerations": [
                        {"key": "node-role.kubernetes.io/control-plane", "operator": "Exists", "effect": "NoSchedule"},
                        {
                            "key": "node.cloudprovider.kubernetes.io/uninitialized",
                            "operator": "Exists",
                            "effect": "NoSchedule",
                        },
                    ],
                    "containers": [container(config)],
                    "volumes": [{
                        "name": "config-volume",
                        "configMap": {"name": "coredns", "items": [{"key": "Corefile", "path": "Corefile"}]},
                    }],
                },
            },
        },
    })
}

fn container(config: &BootstrapManifestsConfig) -> Value {
    json!({
        "name": "coredns",
        "image": config.core_dns_image,
        "imagePullPolicy": "IfNotPresent",
        "args": ["-conf", "/etc/coredns/Corefile"],
        "env": [{"name": "GOMEMLIMIT", "value": "161MiB"}],
        "resources": {"limits": {"memory": "170Mi"}, "requests": {"cpu": "100m", "memory": "70Mi"}},
        "volumeMounts": [{"name": "config-volume", "mountPath": "/etc/coredns", "readOnly": true}],
        "ports": [
            {"name": "dns", "protocol": "UDP", "containerPort": 53},
            {"name": "dns-tcp", "protocol": "TCP", "containerPort": 53},
            {"name": "metrics", "protocol": "TCP", "containerPort": 9153},
        ],
        "livenessProbe": {
            "httpGet": {"path": "/health", "port": 8080, "scheme": "HTTP"},
            "initialDelaySeconds": 60,
            "timeoutSeconds": 5,
            "successThreshold": 1,
            "failureThreshold": 5,
        },
        "readinessProbe": {"httpGet": {"path": "/ready", "port": 8181, "scheme": "HTTP"}},
        "securityContext": {
            "allowPrivilegeEscalation": false,
            "capabilities": {"add": ["NET_BIND_SERVICE"], "drop": ["ALL"]},
            "readOnlyRootFilesystem": true,
        },
    })
}
