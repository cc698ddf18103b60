use std::path::Path;
use std::time::Duration;

use anyhow::{Result, ensure};

use crate::cluster::Cluster;
use crate::wait::until;

pub fn run(cluster: &Cluster) -> Result<()> {
    let good = std::fs::read_to_string(cluster.file("controlplane.yaml"))?;
    let folder = tempfile::tempdir()?;
    let image = "image: ghcr.io/siderolabs/kubelet:";
    let wrong_image = good.replacen(image, "image: ghcr.io/siderolabs/no-such-image:", 1);
    ensure!(wrong_image != good, "the configuration names no image {image}");
    is_told_and_mended(cluster, folder.path(), &wrong_image, &good, &["no-such-image"])?;
    let port = good.find("endpoint: https://127.0.0.1:").map(|at| at + "endpoint: https://127.0.0.1:".len());
    let port = port.and_then(|at| good[at..].split_whitespace().next()).unwrap_or("6443").to_owned();
    let wrong_endpoint =
        good.replacen(&format!("endpoint: https://127.0.0.1:{port}"), "endpoint: https://127.0.0.1:9", 1);
    ensure!(wrong_endpoint != good, "the configuration has no endpoint on port {port}");
    is_told_and_mended(cluster, folder.path(), &wrong_endpoint, &good, &["127.0.0.1:9"])
}

/// With a configuration that cannot work `health` says what is wrong; with a good one all is well again.
fn is_told_and_mended(cluster: &Cluster, folder: &Path, wrong: &str, good: &str, words: &[&str]) -> Result<()> {
    apply(cluster, folder, wrong)?;
    let told = until("health to say what is wrong", Duration::from_secs(180), || {
        let output = cluster.try_minosctl(&["health", "--wait-timeout", "30s"])?;
        let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        ensure!(!output.status.success(), "health finds nothing wrong");
        ensure!(words.iter().all(|word| said.contains(word)), "health says none of {words:?}: {said}");
        Ok(())
    });
    apply(cluster, folder, good)?;
    told?;
    let health = cluster.try_minosctl(&["health", "--wait-timeout", "20m"])?;
    ensure!(health.status.success(), "corrected, but: {}", String::from_utf8_lossy(&health.stderr));
    Ok(())
}

fn apply(cluster: &Cluster, folder: &Path, text: &str) -> Result<()> {
    let file = folder.join("machine.yaml");
    std::fs::write(&file, text)?;
    cluster.minosctl(&["apply-config", "--mode", "no-reboot", "-f", &file.display().to_string()])?;
    Ok(())
}
