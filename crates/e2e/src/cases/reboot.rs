use std::time::Instant;

use anyhow::{Result, ensure};
use serde_json::json;

use crate::cluster::Cluster;

pub fn run(cluster: &Cluster) -> Result<()> {
    keeps_objects(cluster, || {
        let before = cluster.boot_id()?;
        let begin = Instant::now();
        cluster.minosctl(&["reboot", "--wait=false"])?;
        cluster.wait_for_another_boot(&before)?;
        println!("    the API is back after {:.1} s", begin.elapsed().as_secs_f64());
        cluster.wait_until_healthy()?;
        println!("    healthy after {:.1} s", begin.elapsed().as_secs_f64());
        Ok(())
    })
}

/// An object of Kubernetes is still there after a reboot.
pub(super) fn keeps_objects(cluster: &Cluster, reboot: impl FnOnce() -> Result<()>) -> Result<()> {
    let config_map = json!({
        "apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "kept", "namespace": "default"},
        "data": {"word": "still here"},
    });
    cluster.apply(&config_map)?;
    reboot()?;
    let kept = cluster.kubectl_json(&["get", "configmap", "kept"])?;
    ensure!(kept["data"]["word"] == "still here", "the ConfigMap is {kept}");
    Ok(())
}
