//! What Kubernetes says.

use std::net::IpAddr;

use anyhow::Result;
use serde_json::Value;

use super::Verdict;
use super::cluster::{Cluster, Node};
use crate::output::text;

const NODES: &str = "/api/v1/nodes";
const COMPONENTS: [&str; 3] = ["kube-apiserver", "kube-controller-manager", "kube-scheduler"];

fn name(object: &Value) -> String {
    text(&object["metadata"]["name"])
}

/// The first reason, or all is well.
fn verdict(reason: Option<String>) -> Verdict {
    reason.map_or(Verdict::Well, Verdict::NotYet)
}

fn is(node: &Node, object: &Value) -> bool {
    let addresses = object["status"]["addresses"].as_array();
    let same = |address: &Value| {
        text(&address["address"]).parse::<IpAddr>().is_ok_and(|address| node.addresses.contains(&address))
    };
    name(object) == node.name || addresses.into_iter().flatten().any(same)
}

/// Every node is registered.
pub(super) async fn reported(cluster: &mut Cluster<'_>) -> Result<Verdict> {
    let objects = cluster.kube().await?.list(NODES).await?;
    // A lone node behind a forwarded port has no address in common with what we call it.
    let alone = cluster.nodes.len() == 1 && objects.len() == 1;
    let missing = cluster.nodes.iter().find(|node| !alone && !objects.iter().any(|object| is(node, object)));
    Ok(verdict(missing.map(|node| format!("Kubernetes does not know the node {} yet", node.name))))
}

/// Every node is ready.
pub(super) async fn ready(cluster: &mut Cluster<'_>) -> Result<Verdict> {
    Ok(verdict(cluster.kube().await?.list(NODES).await?.iter().find_map(not_ready)))
}

/// No node is cordoned.
pub(super) async fn schedulable(cluster: &mut Cluster<'_>) -> Result<Verdict> {
    let objects = cluster.kube().await?.list(NODES).await?;
    let cordoned = objects.iter().find(|object| object["spec"]["unschedulable"] == true);
    Ok(verdict(cordoned.map(|object| format!("{} is cordoned", name(object)))))
}

fn condition<'a>(object: &'a Value, kind: &str) -> Option<&'a Value> {
    object["status"]["conditions"].as_array()?.iter().find(|condition| condition["type"] == kind)
}

fn not_ready(object: &Value) -> Option<String> {
    match condition(object, "Ready") {
        None => Some(format!("{} has not said whether it is ready", name(object))),
        Some(ready) if ready["status"] == "True" => None,
        Some(ready) => Some(format!("{} is not ready: {}", name(object), text(&ready["message"]))),
    }
}

/// Each control plane node runs every component, and it is ready.
pub(super) async fn control_plane(cluster: &mut Cluster<'_>) -> Result<Verdict> {
    let selector = "/api/v1/namespaces/kube-system/pods?labelSelector=tier%3Dcontrol-plane";
    let pods = cluster.kube().await?.list(selector).await?;
    let expected = cluster.control_plane().count();
    for component in COMPONENTS {
        let mut running = 0;
        for pod in pods.iter().filter(|pod| pod["metadata"]["labels"]["k8s-app"] == component) {
            if let Some(reason) = pod_not_ready(pod) {
                return Ok(Verdict::NotYet(reason));
            }
            running += 1;
        }
        if running < expected {
            return Ok(Verdict::NotYet(format!("{running} of {expected} pods of {component} are there")));
        }
    }
    Ok(Verdict::Well)
}

fn pod_not_ready(pod: &Value) -> Option<String> {
    if condition(pod, "Ready").is_some_and(|ready| ready["status"] == "True") {
        return None;
    }
    let containers = pod["status"]["containerStatuses"].as_array();
    let states = containers.into_iter().flatten().map(|container| &container["state"]["waiting"]);
    // The API leaves out what it does not know, even the reason.
    let told = |waiting: &Value| {
        let words = ["reason", "message"].map(|key| waiting[key].as_str().unwrap_or_default());
        words.join(" ").trim().to_owned()
    };
    let why = states.map(told).find(|why| !why.is_empty());
    let why = why.unwrap_or_else(|| text(&pod["status"]["phase"]));
    Some(format!("pod {} is not ready: {why}", name(pod)))
}

/// The daemon set with that label, if there is one, is ready everywhere.
pub(super) async fn daemon_set(cluster: &mut Cluster<'_>, label: &str) -> Result<Verdict> {
    let fields = ("desiredNumberScheduled", "numberReady");
    workload(cluster, "daemonsets", label, |object| (&object["status"][fields.0], &object["status"][fields.1])).await
}

/// The deployment with that label, if there is one, has all its pods.
pub(super) async fn deployment(cluster: &mut Cluster<'_>, label: &str) -> Result<Verdict> {
    workload(cluster, "deployments", label, |object| (&object["spec"]["replicas"], &object["status"]["readyReplicas"]))
        .await
}

async fn workload(
    cluster: &mut Cluster<'_>,
    kind: &str,
    label: &str,
    counts: impl Fn(&Value) -> (&Value, &Value),
) -> Result<Verdict> {
    let selector = label.replace('=', "%3D");
    let kube = cluster.kube().await?;
    let objects = kube.list(&format!("/apis/apps/v1/namespaces/kube-system/{kind}?labelSelector={selector}")).await?;
    let Some(object) = objects.first() else {
        return Ok(Verdict::Skipped);
    };
    let (wanted, ready) = counts(object);
    let (wanted, ready) = (wanted.as_u64().unwrap_or(0), ready.as_u64().unwrap_or(0));
    if wanted > 0 && ready >= wanted {
        return Ok(Verdict::Well);
    }
    let pods = kube.list(&format!("/api/v1/namespaces/kube-system/pods?labelSelector={selector}")).await?;
    let why = pods.iter().find_map(pod_not_ready).map(|reason| format!(": {reason}")).unwrap_or_default();
    Ok(Verdict::NotYet(format!("{ready} of {wanted} pods of {} are ready{why}", name(object))))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn nodes_and_pods_say_why() {
        let node = json!({"metadata": {"name": "one"}, "status": {"conditions": [{"type": "Ready", "status": "False", "message": "no CNI"}]}});
        assert_eq!(not_ready(&node).unwrap(), "one is not ready: no CNI");
        let pod = json!({"metadata": {"name": "p"}, "status": {"phase": "Pending", "containerStatuses": [
            {"state": {"waiting": {"reason": "ErrImagePull", "message": "no such image"}}}]}});
        assert_eq!(pod_not_ready(&pod).unwrap(), "pod p is not ready: ErrImagePull no such image");
        let pod = json!({"metadata": {"name": "p"}, "status": {"phase": "Running", "containerStatuses": [{"state": {"waiting": {}}}]}});
        assert_eq!(pod_not_ready(&pod).unwrap(), "pod p is not ready: Running");
        let pod = json!({"metadata": {"name": "p"}, "status": {"conditions": [{"type": "Ready", "status": "True"}]}});
        assert_eq!(pod_not_ready(&pod), None);
    }
}
