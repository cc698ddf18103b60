use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};

use crate::cluster::Cluster;
use crate::wait::until;

pub fn run(cluster: &Cluster) -> Result<()> {
    let good = std::fs::read_to_string(cluster.file("controlplane.yaml"))?;
    let folder = tempfile::tempdir()?;
    let image = value(&good, "image: ", "/kubelet:")?;
    let wrong_image = good.replacen(image, "images.minos.local/no-such-image:v1", 1);
    is_reported_and_mended(cluster, folder.path(), &wrong_image, &good, &["no-such-image"])?;
    let endpoint = value(&good, "endpoint: ", "https://")?;
    let wrong_endpoint = good.replacen(endpoint, "https://127.0.0.1:9", 1);
    is_reported_and_mended(cluster, folder.path(), &wrong_endpoint, &good, &["127.0.0.1:9"])
}

/// The value after `key` that has `part` in it.
fn value<'a>(config: &'a str, key: &str, part: &str) -> Result<&'a str> {
    let values = config.lines().filter_map(|line| line.trim_start().strip_prefix(key)?.split_whitespace().next());
    values.into_iter().find(|value| value.contains(part)).with_context(|| format!("no {key:?} with {part:?}"))
}

/// With a configuration that cannot work `health` says what is wrong; with a good one all is well again.
fn is_reported_and_mended(cluster: &Cluster, folder: &Path, wrong: &str, good: &str, words: &[&str]) -> Result<()> {
    apply(cluster, folder, wrong)?;
    let reported = until("health to say what is wrong", Duration::from_secs(180), || {
        let output = cluster.try_minosctl(&["health", "--wait-timeout", "30s"])?;
        let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        ensure!(!output.status.success(), "health finds nothing wrong");
        ensure!(words.iter().all(|word| said.contains(word)), "health says none of {words:?}: {said}");
        Ok(())
    });
    apply(cluster, folder, good)?;
    reported?;
    cluster.wait_until_healthy()
}

fn apply(cluster: &Cluster, folder: &Path, text: &str) -> Result<()> {
    let file = folder.join("machine.yaml");
    std::fs::write(&file, text)?;
    cluster.minosctl(&["apply-config", "--mode", "no-reboot", "-f", &file.display().to_string()])?;
    Ok(())
}
