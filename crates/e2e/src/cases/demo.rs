use std::time::Duration;

use anyhow::{Result, ensure};
use serde_json::json;

use crate::cluster::Cluster;
use crate::wait::until;

pub fn run(cluster: &Cluster) -> Result<()> {
    let labels = json!({"app": "demo"});
    cluster.apply(&json!({"apiVersion": "v1", "kind": "List", "items": [
        {
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "demo"},
            "spec": {"replicas": 2, "selector": {"matchLabels": labels}, "template": {
                "metadata": {"labels": labels},
                "spec": {"containers": [{
                    "name": "demo", "image": cluster.test_image(), "args": ["serve", ":8080"],
                }]},
            }},
        },
        {
            "apiVersion": "v1", "kind": "Service", "metadata": {"name": "demo"},
            "spec": {"selector": labels, "ports": [{"port": 80, "targetPort": 8080}]},
        },
    ]}))?;
    until("two pods of the deployment", Duration::from_secs(180), || {
        let deployment = cluster.kubectl_json(&["get", "deployment", "demo"])?;
        ensure!(deployment["status"]["readyReplicas"] == 2, "{}", deployment["status"]);
        Ok(())
    })?;
    let printed = cluster.run_pod(
        "default",
        "client",
        &json!({"restartPolicy": "Never", "containers": [{
            "name": "client", "image": cluster.test_image(), "args": ["get", "http://demo.default.svc.cluster.local", "60"],
        }]}),
    )?;
    ensure!(printed.contains("demo-"), "a pod of the deployment should have answered, not {printed:?}");
    Ok(())
}
