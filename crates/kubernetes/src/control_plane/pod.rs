//! What the three control plane pods have in common.

use std::collections::BTreeMap;

use minos_resources::k8s::{ExtraVolume, PodResources};
use serde_json::{Map, Value, json};

use crate::quantity;
use crate::version::KubernetesVersion;

/// Priority of `system-cluster-critical`, which the kubelet cannot look up for a static pod.
const PRIORITY: i64 = 2_000_000_000;
/// The share of its memory limit that Go's collector aims at, in percent.
const COLLECTOR_PERCENT: u64 = 95;

/// Versions of what a pod is made from; a change of one starts the pod anew.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct PodVersions {
    /// Of the pod's configuration.
    pub(crate) config: String,
    /// Of its secret files.
    pub(crate) secrets: String,
    /// Of its configuration files, if it has such.
    pub(crate) files: Option<String>,
}

/// A control plane pod with one container on the host's network.
#[derive(Debug)]
pub(crate) struct ControlPlanePod<'a> {
    pub(crate) id: &'a str,
    pub(crate) image: &'a str,
    pub(crate) user: u32,
    pub(crate) command: Vec<String>,
    /// Directories of the host at the same path in the container: volume, path, read-only.
    pub(crate) directories: Vec<(&'a str, &'a str, bool)>,
    pub(crate) extra_volumes: &'a [ExtraVolume],
    pub(crate) environment: &'a BTreeMap<String, String>,
    pub(crate) resources: &'a PodResources,
    pub(crate) default_cpu: &'a str,
    pub(crate) default_memory: &'a str,
    /// Capabilities besides none.
    pub(crate) capabilities: &'a [&'a str],
    /// `startupProbe`, `livenessProbe`, `readinessProbe`.
    pub(crate) probes: Vec<(&'static str, Value)>,
    pub(crate) versions: &'a PodVersions,
}

impl ControlPlanePod<'_> {
    pub(crate) fn render(&self) -> Value {
        let mut container = json!({
            "name": self.id,
            "image": self.image,
            "command": self.command,
            "env": self.env(),
            "resources": self.limits(),
            "volumeMounts": self.mounts(),
        });
        for (name, probe) in &self.probes {
            container[*name] = probe.clone();
        }
        let mut capabilities = json!({"drop": ["ALL"]});
        if !self.capabilities.is_empty() {
            capabilities["add"] = json!(self.capabilities);
        }
        container["securityContext"] = json!({
            "allowPrivilegeEscalation": false,
            "capabilities": capabilities,
            "seccompProfile": {"type": "RuntimeDefault"},
        });
        json!({
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {
                "name": self.id,
                "namespace": "kube-system",
                "annotations": self.annotations(),
                "labels": {
                    "tier": "control-plane",
                    "k8s-app": self.id,
                    "component": self.id,
                    "app.kubernetes.io/name": self.id,
                    "app.kubernetes.io/version": KubernetesVersion::of_image(self.image).label(),
                    "app.kubernetes.io/component": "control-plane",
                    "app.kubernetes.io/managed-by": "Minos",
                },
            },
            "spec": {
                "priority": PRIORITY,
                "priorityClassName": "system-cluster-critical",
                "hostNetwork": true,
                "securityContext": {"runAsNonRoot": true, "runAsUser": self.user, "runAsGroup": self.user},
                "containers": [container],
                "volumes": self.volumes(),
            },
        })
    }

    fn annotations(&self) -> Value {
        let mut annotations = json!({
            "talos.dev/secrets-version": self.versions.secrets,
            "talos.dev/config-version": self.versions.config,
        });
        if let Some(files) = &self.versions.files {
            annotations["talos.dev/config-file-version"] = json!(files);
        }
        annotations
    }

    fn env(&self) -> Vec<Value> {
        let mut env = vec![json!({"name": "POD_IP", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}})];
        // A dollar would be a reference to another variable.
        env.extend(
            self.environment.iter().map(|(name, value)| json!({"name": name, "value": value.replace('$', "$$")})),
        );
        let limit =
            self.resources.limits.get("memory").and_then(|limit| quantity::bytes(limit)).filter(|limit| *limit > 0);
        if let Some(limit) = limit {
            env.push(json!({"name": "GOMEMLIMIT", "value": (limit / 100 * COLLECTOR_PERCENT).to_string()}));
        }
        env
    }

    fn limits(&self) -> Value {
        let asked = |name: &str, default: &str| {
            let asked = self.resources.requests.get(name).filter(|asked| !asked.is_empty());
            asked.map_or(default, String::as_str).to_owned()
        };
        let mut resources = json!({
            "requests": {"cpu": asked("cpu", self.default_cpu), "memory": asked("memory", self.default_memory)},
        });
        let limits: Map<String, Value> = self
            .resources
            .limits
            .iter()
            .filter(|(_, limit)| !limit.is_empty())
            .map(|(name, limit)| (name.clone(), json!(limit)))
            .collect();
        if !limits.is_empty() {
            resources["limits"] = Value::Object(limits);
        }
        resources
    }

    fn mounts(&self) -> Vec<Value> {
        let own = self.directories.iter().map(|(name, path, read_only)| (*name, *path, *read_only));
        let extra = self.extra_volumes.iter().map(|one| (one.name.as_str(), one.mount_path.as_str(), one.read_only));
        own.chain(extra)
            .map(|(name, path, read_only)| json!({"name": name, "mountPath": path, "readOnly": read_only}))
            .collect()
    }

    fn volumes(&self) -> Vec<Value> {
        let own = self.directories.iter().map(|(name, path, _)| (*name, *path));
        let extra = self.extra_volumes.iter().map(|one| (one.name.as_str(), one.host_path.as_str()));
        own.chain(extra).map(|(name, path)| json!({"name": name, "hostPath": {"path": path}})).collect()
    }
}

/// An HTTPS probe on loopback.
pub(crate) fn probe(path: &str, port: u16, timing: Value) -> Value {
    let mut probe = json!({"httpGet": {"scheme": "HTTPS", "host": "localhost", "port": port, "path": path}});
    for (key, value) in timing.as_object().into_iter().flatten() {
        probe[key.as_str()] = value.clone();
    }
    probe
}
