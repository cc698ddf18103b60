//! Restarts that a slow host causes, as opposed to those of what a case did.
//!
//! A scheduler or controller manager that cannot renew its lease in time ends, and the kubelet replaces a container that
//! does not answer its liveness probe. Both happen on a busy host whatever a case does, and both leave evidence: the static
//! pod is still that of the same manifest, and the log of the container before it or an event names the reason.

use std::collections::BTreeMap;

use anyhow::Result;
use serde_json::Value;

use crate::cluster::Cluster;

/// Which manifest each static pod runs: its hash, by the name of the container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifests(BTreeMap<String, String>);

impl Manifests {
    pub fn of(cluster: &Cluster) -> Result<Self> {
        Ok(Self::from_pods(&cluster.kubectl_json(&["get", "pods", "-n", "kube-system"])?))
    }

    fn from_pods(pods: &Value) -> Self {
        let pods = pods["items"].as_array().map(Vec::as_slice).unwrap_or_default();
        // Only a pod from a manifest on the node has this annotation.
        let hash = |pod: &Value| {
            let container = pod["spec"]["containers"][0]["name"].as_str()?;
            let hash = pod["metadata"]["annotations"]["kubernetes.io/config.hash"].as_str()?;
            Some((container.to_owned(), hash.to_owned()))
        };
        Self(pods.iter().filter_map(hash).collect())
    }

    /// Why the program was restarted, when the host is the reason: these are the manifests from before it.
    pub fn host_restarted(&self, cluster: &Cluster, program: &str) -> Result<Option<&'static str>> {
        let container = program.trim_end().rsplit('/').next().unwrap_or(program);
        let pods = cluster.kubectl_json(&["get", "pods", "-n", "kube-system"])?;
        let same_manifest =
            self.0.contains_key(container) && Self::from_pods(&pods).0.get(container) == self.0.get(container);
        let Some(pod) = pod_of(&pods, container).filter(|_| same_manifest) else {
            return Ok(None);
        };
        let log = cluster.try_kubectl(&["logs", "-n", "kube-system", pod, "--previous", "--tail", "50"])?;
        let selector = format!("involvedObject.name={pod},reason=Killing");
        let events = cluster.kubectl(&["get", "events", "-n", "kube-system", "--field-selector", &selector])?;
        Ok(reason(&String::from_utf8_lossy(&log.stdout), &events))
    }
}

fn pod_of<'a>(pods: &'a Value, container: &str) -> Option<&'a str> {
    let pods = pods["items"].as_array()?;
    let pod = pods.iter().find(|pod| pod["spec"]["containers"][0]["name"] == container)?;
    pod["metadata"]["name"].as_str()
}

/// What the last words of a container and the events of its pod say.
fn reason(log: &str, events: &str) -> Option<&'static str> {
    if log.to_lowercase().contains("leaderelection lost") {
        return Some("it could not renew its lease in time");
    }
    events.contains("failed liveness probe").then_some("it did not answer its liveness probe in time")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_lost_lease_and_a_failed_probe_are_the_host_s() {
        let lost = r#"E0101 00:00:00.000000       1 server.go:309] "Leaderelection lost""#;
        assert!(reason(lost, "").is_some());
        let killed = "1s Normal Killing pod/x Container kube-scheduler failed liveness probe, will be restarted";
        assert!(reason("", killed).is_some());
        assert_eq!(reason("panic: oops", "1s Normal Killing pod/x Stopping container kube-scheduler"), None);
    }

    #[test]
    fn a_static_pod_is_known_by_the_hash_of_its_manifest() {
        let pod = |annotations: Value| {
            json!({"items": [{
                "metadata": {"name": "kube-scheduler-n", "annotations": annotations},
                "spec": {"containers": [{"name": "kube-scheduler"}]},
            }]})
        };
        let one = Manifests::from_pods(&pod(json!({"kubernetes.io/config.hash": "1"})));
        assert_ne!(one, Manifests::from_pods(&pod(json!({"kubernetes.io/config.hash": "2"}))));
        assert!(Manifests::from_pods(&pod(json!({}))).0.is_empty());
        assert_eq!(pod_of(&pod(json!({})), "kube-scheduler"), Some("kube-scheduler-n"));
    }
}
