use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use crate::cluster::Cluster;

pub fn run(cluster: &Cluster) -> Result<()> {
    let by_tag = pull(cluster, "by-tag", cluster.test_image())?;
    let (_, digest) = by_tag.split_once('@').with_context(|| format!("{by_tag} has no digest"))?;
    pull(cluster, "by-digest", &format!("images.minos.local/demo@{digest}"))?;
    pull(cluster, "by-port", "images.minos.local:5000/demo:1")?;
    let by_index = pull(cluster, "by-index", "images.minos.local/demo:index")?;
    ensure!(!by_index.ends_with(digest), "demo:index is no index: {by_index}");
    let (_, index) = by_index.split_once('@').with_context(|| format!("{by_index} has no digest"))?;
    pull(cluster, "by-digest-of-index", &format!("images.minos.local/demo@{index}"))?;
    says_what_it_serves(cluster)
}

/// Runs a pod whose image has to be asked for, whatever the node has already; the image that it ran.
fn pull(cluster: &Cluster, name: &str, image: &str) -> Result<String> {
    let container = json!({
        "name": "test", "image": image, "imagePullPolicy": "Always", "args": ["cat", "/etc/hostname"],
    });
    let spec = json!({"restartPolicy": "Never", "containers": [container]});
    let printed = cluster.run_pod("default", name, &spec)?;
    ensure!(printed.trim() == name, "the pod with {image} printed {printed:?}");
    let pod: Value = cluster.kubectl_json(&["get", "pod", "-n", "default", name])?;
    let id = pod["status"]["containerStatuses"][0]["imageID"].as_str();
    id.map(str::to_owned).with_context(|| format!("the pod with {image} has no image: {}", pod["status"]))
}

/// The log names what stands under a public name. What Kubernetes runs was pulled in another boot, perhaps: two of its
/// images are pulled again.
fn says_what_it_serves(cluster: &Cluster) -> Result<()> {
    for (name, prefix, module, command) in [
        ("flannel", "ghcr.io/siderolabs/flannel:", "github.com/flannel-io/flannel v", "/opt/bin/flanneld"),
        ("kube-apiserver", "registry.k8s.io/kube-apiserver:", "k8s.io/kubernetes v", "/usr/local/bin/kube-apiserver"),
    ] {
        let image = image_of_kube_system(cluster, prefix)?;
        let container =
            json!({"name": "test", "image": image, "imagePullPolicy": "Always", "command": [command, "--version"]});
        cluster.run_pod(
            "default",
            &format!("again-{name}"),
            &json!({"restartPolicy": "Never", "containers": [container]}),
        )?;
        let log = cluster.minosctl(&["logs", "machined"])?;
        let served: Vec<&str> = log.lines().filter(|line| line.contains("served by the local image cache")).collect();
        let line = served.iter().find(|line| line.contains(&image));
        let line = line.with_context(|| format!("the log does not say what served {image}: {served:#?}"))?;
        ensure!(line.contains("Built by Minos") && line.contains(module), "{line}");
    }
    Ok(())
}

/// The image that begins like this, of a pod of the system.
fn image_of_kube_system(cluster: &Cluster, prefix: &str) -> Result<String> {
    let pods = cluster.kubectl_json(&["get", "pods", "-n", "kube-system"])?;
    let pods = pods["items"].as_array().context("kubectl printed no list")?;
    let containers = pods.iter().filter_map(|pod| pod["spec"]["containers"].as_array()).flatten();
    let image = containers.filter_map(|one| one["image"].as_str()).find(|image| image.starts_with(prefix));
    image.map(str::to_owned).with_context(|| format!("no pod of kube-system has an image {prefix}…"))
}
