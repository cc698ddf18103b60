use std::collections::BTreeSet;

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use crate::cluster::{Cluster, Kind};

/// TCP ports that the contract names for outside addresses, and those of Kubernetes on its host network.
const ALLOWED_TCP: &[u16] = &[50000, 50001, 2379, 2380, 10250, 10256];
/// UDP: DHCP's client and flannel's VXLAN.
const ALLOWED_UDP: &[u16] = &[68, 4789, 546];

/// Host DNS for pods, 169.254.116.108, as /proc/net writes it.
const HOST_DNS: &str = "6C74FEA9";

pub fn run(cluster: &Cluster) -> Result<()> {
    sockets(cluster)?;
    mounts(cluster)?;
    secrets_at_rest(cluster)?;
    anonymous_requests(cluster)?;
    pod_security(cluster)
}

/// A pod on the host's network, which sees the host's sockets.
fn host_pod(cluster: &Cluster, args: &[&str], mounts: &Value, volumes: &Value) -> Value {
    json!({
        "restartPolicy": "Never", "hostNetwork": true, "hostPID": true,
        "tolerations": [{"operator": "Exists"}],
        "containers": [{
            "name": "test", "image": cluster.test_image(), "args": args,
            "securityContext": {"privileged": true}, "volumeMounts": mounts,
        }],
        "volumes": volumes,
    })
}

fn sockets(cluster: &Cluster) -> Result<()> {
    let spec = host_pod(cluster, &["listen"], &json!([]), &json!([]));
    let printed = cluster.run_pod("kube-system", "sockets", &spec)?;
    let mut found = BTreeSet::new();
    for line in printed.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        // sl local_address remote_address st …; 0A is listening, 07 an unconnected datagram socket.
        let [_, local, _, state, ..] = words[..] else { continue };
        let Some((address, port)) = local.split_once(':') else { continue };
        let Ok(port) = u16::from_str_radix(port, 16) else { continue };
        let udp = match state {
            "0A" => false,
            "07" => true,
            _ => continue,
        };
        if !(is_loopback(address) || address == HOST_DNS && port == 53) {
            found.insert((udp, port, address.to_owned()));
        }
    }
    ensure!(found.iter().any(|(_, port, _)| *port == 50000), "the list of sockets lacks the API: {printed}");
    // Beside another local cluster the API server has another port, the same inside and on this host.
    let kubernetes = cluster.kubernetes_port()?;
    for (udp, port, address) in &found {
        let allowed = if *udp { ALLOWED_UDP } else { ALLOWED_TCP };
        let kind = if *udp { "UDP" } else { "TCP" };
        let is_allowed = allowed.contains(port) || !udp && *port == kubernetes;
        ensure!(is_allowed, "something listens on {kind} port {port} of {address}");
    }
    Ok(())
}

/// Addresses of /proc/net: 127.0.0.0/8 and ::1 in the machine's byte order.
fn is_loopback(address: &str) -> bool {
    address.len() == 8 && address.ends_with("7F")
        || address == "00000000000000000000000001000000"
        || address.starts_with("0000000000000000FFFF0000") && address.ends_with("7F")
}

fn mounts(cluster: &Cluster) -> Result<()> {
    let mounts = cluster.minosctl(&["read", "/proc/mounts"])?;
    let options = |target: &str| {
        let line = mounts.lines().find(|line| line.split(' ').nth(1) == Some(target));
        line.and_then(|line| line.split(' ').nth(3)).map(str::to_owned).with_context(|| format!("{target} is no mount"))
    };
    let has = |options: &str, option: &str| options.split(',').any(|one| one == option);
    let root = options("/")?;
    ensure!(has(&root, "ro"), "/ is {root}");
    let var = options("/var")?;
    ensure!(has(&var, "nosuid") && has(&var, "nodev"), "/var is {var}");
    if cluster.kind == Kind::Container {
        // Reading it would take lines from the host's log.
        options("/proc/kmsg")?;
    }
    Ok(())
}

/// etcd's files hold no secret that can be read.
fn secrets_at_rest(cluster: &Cluster) -> Result<()> {
    let word = "a-word-that-is-nowhere-else";
    cluster.apply(&json!({
        "apiVersion": "v1", "kind": "Secret", "metadata": {"name": "at-rest", "namespace": "default"},
        "stringData": {"word": word},
    }))?;
    cluster.apply(&json!({
        "apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "at-rest", "namespace": "default"},
        "data": {"word": "a-word-that-may-be-read"},
    }))?;
    let files = cluster.minosctl(&["list", "--recurse", "--type", "f", "/var/lib/etcd/member"])?;
    let mut readable = false;
    for file in files.lines().filter_map(|line| line.split_whitespace().last()).filter(|line| line.contains('.')) {
        let path = format!("/var/lib/etcd/member/{}", file.trim_start_matches("/var/lib/etcd/member/"));
        let content = cluster.try_minosctl(&["read", &path])?.stdout;
        let holds = |word: &str| content.windows(word.len()).any(|window| window == word.as_bytes());
        ensure!(!holds(word), "{path} holds a Secret's text");
        readable |= holds("a-word-that-may-be-read");
    }
    ensure!(readable, "not even a ConfigMap was found in etcd's files: {files}");
    Ok(())
}

fn anonymous_requests(cluster: &Cluster) -> Result<()> {
    let config = cluster.kubectl_json(&["config", "view", "--raw"])?;
    let server = config["clusters"][0]["cluster"]["server"].as_str().context("no server")?.to_owned();
    let nobody = tempfile::NamedTempFile::new()?;
    for path in ["/api/v1/namespaces", "/version"] {
        let output = cluster.try_kubectl(&[
            &format!("--kubeconfig={}", nobody.path().display()),
            &format!("--server={server}"),
            "--insecure-skip-tls-verify",
            "get",
            "--raw",
            path,
        ])?;
        let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        ensure!(!output.status.success(), "anonymous GET {path} was answered");
        // At a 401 kubectl asks who is there.
        ensure!(said.contains("Unauthorized") || said.contains("enter Username"), "anonymous GET {path}: {said}");
    }
    Ok(())
}

fn pod_security(cluster: &Cluster) -> Result<()> {
    let file = tempfile::NamedTempFile::new()?;
    let pod = json!({
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "privileged", "namespace": "default"},
        "spec": host_pod(cluster, &["sleep"], &json!([]), &json!([])),
    });
    std::fs::write(file.path(), pod.to_string())?;
    let output = cluster.try_kubectl(&["apply", "-f", &file.path().display().to_string()])?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    ensure!(!output.status.success() && said.contains("PodSecurity"), "a privileged pod in default: {said}");
    Ok(())
}
