use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use serde_json::json;

use crate::cluster::Cluster;
use crate::wait::until;

pub fn run(cluster: &Cluster) -> Result<()> {
    let config_map = json!({
        "apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "kept", "namespace": "default"},
        "data": {"word": "still here"},
    });
    cluster.apply(&config_map)?;
    let boot_id = || cluster.minosctl(&["read", "/proc/sys/kernel/random/boot_id"]);
    let before = boot_id()?;
    let begin = Instant::now();
    cluster.minosctl(&["reboot", "--wait=false"])?;
    until("another boot", Duration::from_secs(180), || {
        ensure!(boot_id()? != before, "it has not restarted");
        Ok(())
    })?;
    println!("    the API is back after {:.1} s", begin.elapsed().as_secs_f64());
    let health = cluster.try_minosctl(&["health", "--wait-timeout", "32m"])?;
    ensure!(health.status.success(), "health: {}", String::from_utf8_lossy(&health.stderr));
    println!("    healthy after {:.1} s", begin.elapsed().as_secs_f64());
    let kept = cluster.kubectl_json(&["get", "configmap", "kept"])?;
    ensure!(kept["data"]["word"] == "still here", "the ConfigMap is {kept}");
    Ok(())
}
