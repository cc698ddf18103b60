use anyhow::{Context as _, Result, bail, ensure};

use crate::cluster::Cluster;

pub fn run(cluster: &Cluster) -> Result<()> {
    ready(cluster)?;
    let again =
        cluster.try_minosctl(&["cluster", "create", "--name", &cluster.name, "--disk-image-path", "/dev/null"])?;
    let said = String::from_utf8_lossy(&again.stderr).into_owned();
    if again.status.success() || !said.contains("exists already") {
        bail!("a second create says {said}");
    }
    Ok(())
}

/// The node is Ready, and every pod that a node has is Running.
pub fn ready(cluster: &Cluster) -> Result<()> {
    let nodes = cluster.kubectl_json(&["get", "nodes"])?;
    let node = nodes["items"].get(0).context("no node")?;
    let conditions = node["status"]["conditions"].as_array().context("no conditions")?;
    let ready = conditions.iter().any(|one| one["type"] == "Ready" && one["status"] == "True");
    ensure!(ready, "the node is not Ready: {conditions:?}");
    let info = &node["status"]["nodeInfo"];
    let says = |field: &str, word: &str| info[field].as_str().is_some_and(|text| text.contains(word));
    ensure!(says("osImage", "Minos") && says("containerRuntimeVersion", "containerd://"), "the node says {info}");

    let pods = cluster.kubectl_json(&["get", "pods", "-n", "kube-system"])?;
    let pods = pods["items"].as_array().context("no pods")?;
    for wanted in
        ["kube-apiserver", "kube-controller-manager", "kube-scheduler", "kube-proxy", "kube-flannel", "coredns"]
    {
        let is_wanted = |pod: &&serde_json::Value| pod["metadata"]["name"].as_str().unwrap_or("").starts_with(wanted);
        let pod = pods.iter().find(is_wanted).with_context(|| format!("no pod {wanted}"))?;
        ensure!(pod["status"]["phase"] == "Running", "{wanted} is {}", pod["status"]["phase"]);
    }
    Ok(())
}
