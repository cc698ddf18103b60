//! flannel, which connects pods across nodes: what a cluster gets by `cni: flannel`, as upstream generates it.

use minos_resources::k8s::BootstrapManifestsConfig;
use serde_json::{Map, Value, json};

use super::base::{bind_account, cluster_role, service_account};

/// UDP port of the VXLAN.
const VXLAN_PORT: u16 = 4789;

/// flannel's objects.
pub(super) fn objects(config: &BootstrapManifestsConfig) -> Vec<Value> {
    let host = config.flannel_kube_service_host.as_str();
    let policies =
        config.flannel_kube_network_policies_enabled.then_some(config.flannel_kube_network_policies_image.as_str());
    let mut args = vec!["--ip-masq".to_owned(), "--kube-subnet-mgr".to_owned()];
    args.extend(config.flannel_extra_args.iter().cloned());
    let pod = FlannelPod {
        image: &config.flannel_image,
        args,
        kube_service: (!host.is_empty()).then_some((host, config.flannel_kube_service_port.as_str())),
        network_policies: policies,
    };
    let rules: &[Value] = if policies.is_some() {
        &[
            json!({"apiGroups": ["networking.k8s.io"], "resources": ["networkpolicies"], "verbs": ["list", "watch"]}),
            json!({
                "apiGroups": ["policy.networking.k8s.io"],
                "resources": ["adminnetworkpolicies", "baselineadminnetworkpolicies"],
                "verbs": ["list", "watch"],
            }),
        ]
    } else {
        &[]
    };
    all_objects(rules, &config.pod_cidrs, &pod)
}

struct FlannelPod<'a> {
    image: &'a str,
    args: Vec<String>,
    kube_service: Option<(&'a str, &'a str)>,
    network_policies: Option<&'a str>,
}

fn all_objects(further_rules: &[Value], pod_cidrs: &[String], pod: &FlannelPod<'_>) -> Vec<Value> {
    let labels = json!({"k8s-app": "flannel"});
    let mut rules = vec![
        json!({"apiGroups": [""], "resources": ["pods", "nodes", "namespaces"], "verbs": ["get", "list", "watch"]}),
        json!({"apiGroups": [""], "resources": ["nodes/status"], "verbs": ["patch"]}),
    ];
    rules.extend_from_slice(further_rules);
    let mut role = cluster_role("flannel", &json!(rules));
    let mut binding = bind_account("flannel", "flannel", "flannel");
    let mut account = service_account("flannel");
    for object in [&mut role, &mut binding, &mut account] {
        object["metadata"]["labels"] = labels.clone();
    }
    vec![role, binding, account, config_map(pod_cidrs), pod.daemon_set()]
}

fn config_map(pod_cidrs: &[String]) -> Value {
    json!({
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {
            "name": "kube-flannel-cfg",
            "namespace": "kube-system",
            "labels": {"k8s-app": "flannel", "tier": "node"},
        },
        "data": {
            // The init container copies this text to the node as it stands.
            "cni-conf.json": text(&json!({
                "name": "cbr0",
                "cniVersion": "1.0.0",
                "plugins": [
                    {"type": "flannel", "delegate": {"hairpinMode": true, "isDefaultGateway": true}},
                    {"type": "portmap", "capabilities": {"portMappings": true}},
                ],
            })),
            "net-conf.json": text(&net_conf(pod_cidrs)),
        },
    })
}

/// A document of a ConfigMap, indented as upstream's, so that who compares the two sees no difference.
fn text(document: &Value) -> String {
    format!("{document:#}")
}

/// flannel's own configuration.
fn net_conf(pod_cidrs: &[String]) -> Value {
    let (v4, v6): (Vec<_>, Vec<_>) = pod_cidrs.iter().partition(|cidr| cidr.contains('.'));
    let mut config = Map::new();
    let mut set = |key: &str, value: Value| config.insert(key.to_owned(), value);
    v4.last().map(|cidr| set("Network", json!(cidr)));
    if let Some(cidr) = v6.last() {
        set("IPv6Network", json!(cidr));
        set("EnableIPv6", json!(true));
    }
    if v4.is_empty() {
        set("EnableIPv4", json!(false));
    }
    set("Backend", json!({"Type": "vxlan", "Port": VXLAN_PORT}));
    Value::Object(config)
}

impl FlannelPod<'_> {
    fn daemon_set(&self) -> Value {
        let labels = json!({"k8s-app": "flannel", "tier": "node"});
        json!({
            "apiVersion": "apps/v1",
            "kind": "DaemonSet",
            "metadata": {"name": "kube-flannel", "namespace": "kube-system", "labels": labels},
            "spec": {
                "selector": {"matchLabels": labels},
                "template": {
                    "metadata": {"labels": labels},
                    "spec": {
                        "hostNetwork": true,
                        "priorityClassName": "system-node-critical",
                        "serviceAccountName": "flannel",
                        "affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {
                            "nodeSelectorTerms": [{"matchExpressions": [
                                {"key": "kubernetes.io/os", "operator": "In", "values": ["linux"]},
                            ]}],
                        }}},
                        "tolerations": [
                            {"effect": "NoSchedule", "operator": "Exists"},
                            {"effect": "NoExecute", "operator": "Exists"},
                        ],
                        "initContainers": [self.install_config()],
                        "containers": self.containers(),
                        "volumes": self.volumes(),
                    },
                },
            },
        })
    }

    /// Gives containerd its CNI configuration. The flannel plugin refuses pods until the daemon has a subnet.
    fn install_config(&self) -> Value {
        json!({
            "name": "install-config",
            "image": self.image,
            "command": ["cp"],
            "args": ["-f", "/etc/kube-flannel/cni-conf.json", "/etc/cni/net.d/10-flannel.conflist"],
            "volumeMounts": [
                {"name": "cni", "mountPath": "/etc/cni/net.d"},
                {"name": "flannel-cfg", "mountPath": "/etc/kube-flannel/"},
            ],
        })
    }

    fn containers(&self) -> Vec<Value> {
        let mut containers = vec![json!({
            "name": "kube-flannel",
            "image": self.image,
            "command": ["/opt/bin/flanneld"],
            "args": self.args,
            "env": self.env(),
            "resources": {"requests": {"cpu": "100m", "memory": "50Mi"}},
            "securityContext": {"privileged": false, "capabilities": {"add": ["NET_ADMIN", "NET_RAW"]}},
            "volumeMounts": [
                {"name": "run", "mountPath": "/run/flannel"},
                {"name": "flannel-cfg", "mountPath": "/etc/kube-flannel/"},
            ],
        })];
        if let Some(image) = self.network_policies {
            containers.push(json!({
                "name": "kube-network-policies",
                "image": image,
                "command": ["/bin/netpol", "--hostname-override=$(MY_NODE_NAME)", "--v=2"],
                "env": [{"name": "MY_NODE_NAME", "valueFrom": {"fieldRef": {"fieldPath": "spec.nodeName"}}}],
                "resources": {"requests": {"cpu": "100m", "memory": "50Mi"}},
                "securityContext": {"privileged": true, "capabilities": {"add": ["NET_ADMIN"]}},
                "volumeMounts": [{"name": "lib-modules", "mountPath": "/lib/modules", "readOnly": true}],
            }));
        }
        containers
    }

    fn env(&self) -> Vec<Value> {
        let mut env = vec![
            json!({"name": "POD_NAME", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}),
            json!({"name": "POD_NAMESPACE", "valueFrom": {"fieldRef": {"fieldPath": "metadata.namespace"}}}),
            json!({"name": "EVENT_QUEUE_DEPTH", "value": "5000"}),
            json!({"name": "CONT_WHEN_CACHE_NOT_READY", "value": "false"}),
        ];
        if let Some((host, port)) = self.kube_service {
            env.push(json!({"name": "KUBERNETES_SERVICE_HOST", "value": host}));
            env.push(json!({"name": "KUBERNETES_SERVICE_PORT", "value": port}));
        }
        env
    }

    fn volumes(&self) -> Vec<Value> {
        let mut volumes = vec![
            json!({"name": "run", "hostPath": {"path": "/run/flannel"}}),
            json!({"name": "cni", "hostPath": {"path": "/etc/cni/net.d"}}),
            json!({"name": "flannel-cfg", "configMap": {"name": "kube-flannel-cfg"}}),
        ];
        if self.network_policies.is_some() {
            volumes.push(json!({"name": "lib-modules", "hostPath": {"path": "/usr/lib/modules"}}));
        }
        volumes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn net_conf_of(cidrs: &[&str]) -> String {
        let cidrs: Vec<_> = cidrs.iter().map(|&cidr| cidr.to_owned()).collect();
        config_map(&cidrs)["data"]["net-conf.json"].as_str().unwrap().to_owned()
    }

    const BACKEND: &str = "  \"Backend\": {\n    \"Type\": \"vxlan\",\n    \"Port\": 4789\n  }\n}";

    #[test]
    fn both_families_are_configured() {
        let v4 = "{\n  \"Network\": \"10.96.0.0/12\",\n";
        assert_eq!(net_conf_of(&["10.96.0.0/12"]), format!("{v4}{BACKEND}"));
        let v6 = "  \"IPv6Network\": \"fd00::/112\",\n  \"EnableIPv6\": true,\n";
        assert_eq!(net_conf_of(&["fd00::/112", "10.96.0.0/12"]), format!("{v4}{v6}{BACKEND}"));
        assert_eq!(net_conf_of(&["fd00::/112"]), format!("{{\n{v6}  \"EnableIPv4\": false,\n{BACKEND}"));
    }

    /// Whatever the manifest starts must be in the image that the image cache has under the manifest's name.
    #[test]
    fn the_image_holds_what_the_manifest_starts() {
        let config = BootstrapManifestsConfig { pod_cidrs: vec!["10.244.0.0/16".to_owned()], ..Default::default() };
        let pod = &objects(&config)[4]["spec"]["template"]["spec"];
        assert_eq!(pod["initContainers"][0]["command"][0], "cp");
        assert_eq!(pod["containers"][0]["command"][0], "/opt/bin/flanneld");
        let images = include_str!("../../../../parts/images.toml");
        let layer = images.split("[layer.flannel]").nth(1).and_then(|rest| rest.split("[layer.demo]").next()).unwrap();
        assert!(layer.contains("parts = [\"flannel\", \"cp\"]"), "{layer}");
        assert!(layer.contains("\"/opt/bin/flanneld\" = \"/usr/local/bin/flanneld\""), "{layer}");
    }
}
