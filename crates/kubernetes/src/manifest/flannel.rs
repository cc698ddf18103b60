//! flannel, which connects pods across nodes.
//!
//! Two forms: the one that a cluster gets by `cni: flannel`, from the public image, and one for images built without
//! a registry, given to a cluster as an inline manifest.

use minos_resources::k8s::BootstrapManifestsConfig;
use serde_json::{Map, Value, json};

use super::base::{bind_account, cluster_role, service_account};

/// UDP port of the VXLAN in the public form.
const PUBLIC_VXLAN_PORT: u16 = 4789;
/// UDP port of the VXLAN in our own form, which is Linux' own default.
const VXLAN_PORT: u16 = 8472;

/// What our own form of flannel's manifest is made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlannelManifest {
    /// The image, for example `images.minos.local/flannel:v0.28.10`.
    pub image: String,
    /// The pods' subnets.
    pub pod_cidrs: Vec<String>,
    /// Host and port at which the API server is reached from the host's network.
    pub api_server: (String, u16),
}

impl FlannelManifest {
    /// The manifest as YAML documents, to stand in `cluster.inlineManifests`.
    pub fn render(&self) -> String {
        let (host, port) = (self.api_server.0.as_str(), self.api_server.1.to_string());
        let pod = FlannelPod {
            image: &self.image,
            // The daemon writes the CNI configuration itself, once its network stands.
            init: None,
            command: "/usr/local/bin/flanneld",
            args: Vec::new(),
            kube_service: Some((host, &port)),
            network_policies: None,
        };
        let config = net_conf(&self.pod_cidrs, VXLAN_PORT);
        let objects = objects(&[], Map::from_iter([("net-conf.json".to_owned(), json!(config))]), &pod);
        objects.iter().map(document).collect()
    }
}

fn document(object: &Value) -> String {
    let text = serde_saphyr::to_string(object).expect("a JSON document can be written as YAML");
    format!("---\n{}\n", text.trim_end())
}

/// The public form.
pub(super) fn public(config: &BootstrapManifestsConfig) -> Vec<Value> {
    let host = config.flannel_kube_service_host.as_str();
    let policies =
        config.flannel_kube_network_policies_enabled.then_some(config.flannel_kube_network_policies_image.as_str());
    let mut args = vec!["--ip-masq".to_owned(), "--kube-subnet-mgr".to_owned()];
    args.extend(config.flannel_extra_args.iter().cloned());
    let conflist = json!({
        "name": "cbr0",
        "cniVersion": "1.0.0",
        "plugins": [
            {"type": "flannel", "delegate": {"hairpinMode": true, "isDefaultGateway": true}},
            {"type": "portmap", "capabilities": {"portMappings": true}},
        ],
    });
    let pod = FlannelPod {
        image: &config.flannel_image,
        init: Some(json!({
            "name": "install-config",
            "image": config.flannel_image,
            "command": ["cp"],
            "args": ["-f", "/etc/kube-flannel/cni-conf.json", "/etc/cni/net.d/10-flannel.conflist"],
            "volumeMounts": [
                {"name": "cni", "mountPath": "/etc/cni/net.d"},
                {"name": "flannel-cfg", "mountPath": "/etc/kube-flannel/"},
            ],
        })),
        command: "/opt/bin/flanneld",
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
    let data = Map::from_iter([
        ("cni-conf.json".to_owned(), json!(conflist.to_string())),
        ("net-conf.json".to_owned(), json!(net_conf(&config.pod_cidrs, PUBLIC_VXLAN_PORT))),
    ]);
    objects(rules, data, &pod)
}

struct FlannelPod<'a> {
    image: &'a str,
    init: Option<Value>,
    command: &'a str,
    args: Vec<String>,
    kube_service: Option<(&'a str, &'a str)>,
    network_policies: Option<&'a str>,
}

fn objects(further_rules: &[Value], data: Map<String, Value>, pod: &FlannelPod<'_>) -> Vec<Value> {
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
    let config = json!({
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {
            "name": "kube-flannel-cfg",
            "namespace": "kube-system",
            "labels": {"k8s-app": "flannel", "tier": "node"},
        },
        "data": data,
    });
    vec![role, binding, account, config, pod.daemon_set()]
}

/// flannel's own configuration.
fn net_conf(pod_cidrs: &[String], port: u16) -> String {
    let mut config = json!({"Backend": {"Type": "vxlan", "Port": port}});
    let (v4, v6): (Vec<_>, Vec<_>) = pod_cidrs.iter().partition(|cidr| cidr.contains('.'));
    match v4.last() {
        Some(cidr) => config["Network"] = json!(cidr),
        None => config["EnableIPv4"] = json!(false),
    }
    if let Some(cidr) = v6.last() {
        config["IPv6Network"] = json!(cidr);
        config["EnableIPv6"] = json!(true);
    }
    config.to_string()
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
                        "initContainers": self.init.as_slice(),
                        "containers": self.containers(),
                        "volumes": self.volumes(),
                    },
                },
            },
        })
    }

    fn containers(&self) -> Vec<Value> {
        let mut mounts = vec![
            json!({"name": "run", "mountPath": "/run/flannel"}),
            json!({"name": "flannel-cfg", "mountPath": "/etc/kube-flannel/"}),
        ];
        if self.init.is_none() {
            mounts.push(json!({"name": "cni", "mountPath": "/etc/cni/net.d"}));
        }
        let mut containers = vec![json!({
            "name": "kube-flannel",
            "image": self.image,
            "command": [self.command],
            "args": self.args,
            "env": self.env(),
            "resources": {"requests": {"cpu": "100m", "memory": "50Mi"}},
            "securityContext": {"privileged": false, "capabilities": {"add": ["NET_ADMIN", "NET_RAW"]}},
            "volumeMounts": mounts,
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
    use crate::manifest::yaml;

    /// The form for clusters without a registry, as a file that others include.
    const FILE: &str = include_str!("../../manifests/flannel.yaml");

    #[test]
    fn the_file_is_what_is_rendered() {
        let manifest = FlannelManifest {
            image: "images.minos.local/flannel:v0.28.10".to_owned(),
            pod_cidrs: vec!["10.244.0.0/16".to_owned()],
            api_server: ("127.0.0.1".to_owned(), 7445),
        };
        let rendered = manifest.render();
        assert_eq!(
            FILE.split_once("---\n").unwrap().1,
            rendered.strip_prefix("---\n").unwrap(),
            "write it anew:\n{rendered}"
        );
        let kinds: Vec<_> = yaml::objects(FILE).unwrap().iter().map(|one| one["kind"].clone()).collect();
        assert_eq!(kinds, ["ClusterRole", "ClusterRoleBinding", "ServiceAccount", "ConfigMap", "DaemonSet"]);
    }

    #[test]
    fn both_families_are_configured() {
        let config = |cidrs: &[&str]| -> Value {
            let cidrs: Vec<_> = cidrs.iter().map(|&cidr| cidr.to_owned()).collect();
            serde_json::from_str(&net_conf(&cidrs, 8472)).unwrap()
        };
        assert_eq!(config(&["10.0.0.0/8"])["Network"], "10.0.0.0/8");
        let six = config(&["fd00::/64"]);
        assert_eq!((&six["EnableIPv4"], &six["EnableIPv6"]), (&json!(false), &json!(true)));
    }
}
