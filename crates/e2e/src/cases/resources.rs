use std::io::{BufRead as _, BufReader};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};

use crate::cluster::Cluster;
use crate::wait::until;

/// Kinds, and a word that this node's own row has.
const KINDS: &[(&str, &str)] = &[
    ("members", "controlplane"),
    ("links", "ether"),
    ("addresses", "/24"),
    ("routes", "inet4"),
    ("volumestatus", "EPHEMERAL"),
    ("services", "kubelet"),
    ("mounts", "EPHEMERAL"),
    ("staticpods", "kube-apiserver"),
    ("staticpodstatus", "kube-scheduler"),
    ("hostname", "hostname"),
    ("kernelparamstatus", "net.ipv4.ip_forward"),
    ("machinestatus", "running"),
    ("machineconfig", "v1alpha1"),
    ("manifests", "kube-proxy"),
    ("etcdmember", "local"),
    ("nodename", "nodename"),
    ("platformmetadata", "platformmetadata"),
];

pub fn run(cluster: &Cluster) -> Result<()> {
    for (kind, word) in KINDS {
        let table = cluster.minosctl(&["get", kind])?;
        ensure!(table.contains(word), "`get {kind}` has no row with {word:?}:\n{table}");
    }
    for (command, word) in [
        (&["logs", "kubelet"][..], "kubelet"),
        (&["logs", "etcd"], "etcd"),
        (&["dmesg"], "starting version"),
        (&["processes"], "kube-apiserver"),
        (&["memory"], "TOTAL"),
        (&["mounts"], "/var"),
        (&["list", "/"], "usr"),
        (&["read", "/etc/os-release"], "Minos"),
        (&["etcd", "members"], ":2380"),
        (&["etcd", "status"], "MEMBER"),
        (&["services"], "Running"),
        (&["version"], "Server"),
    ] {
        let printed = cluster.minosctl(command)?;
        ensure!(printed.contains(word), "`{}` prints no {word:?}:\n{printed}", command.join(" "));
    }
    let pods = cluster.kubectl_json(&["get", "pods", "-n", "kube-system", "-l", "k8s-app=kube-proxy"])?;
    let pod = pods["items"][0]["metadata"]["name"].as_str().context("no pod of kube-proxy")?.to_owned();
    let log = cluster.minosctl(&["logs", "-k", &format!("kube-system/{pod}:kube-proxy")])?;
    ensure!(log.contains("proxy"), "the log of kube-proxy is {log:?}");
    cluster.wait_until_healthy()?;
    changes_stream(cluster)
}

/// A service that is stopped and started is seen by one who watches.
fn changes_stream(cluster: &Cluster) -> Result<()> {
    let mut watching = cluster.start_minosctl(&["get", "services", "kubelet", "-w"])?;
    let lines = BufReader::new(watching.stdout.take().context("no output")?).lines();
    let (tell, told) = std::sync::mpsc::channel();
    std::thread::spawn(move || lines.map_while(Result::ok).try_for_each(|line| tell.send(line)));
    let outcome = (|| {
        let first = told.recv_timeout(Duration::from_secs(80)).context("the watch says nothing")?;
        cluster.minosctl(&["service", "kubelet", "restart"])?;
        let mut seen = vec![first];
        until("a change in the watch", Duration::from_secs(60), || {
            seen.extend(told.try_iter());
            ensure!(seen.iter().any(|line| line.contains("false")), "only {seen:?}");
            Ok(())
        })
    })();
    // It has no end of its own.
    drop(watching.kill());
    drop(watching.wait());
    outcome?;
    until("the kubelet to be back", Duration::from_secs(120), || {
        let services = cluster.minosctl(&["services"])?;
        let row = services.lines().find(|line| line.contains("kubelet")).unwrap_or_default().to_owned();
        ensure!(row.contains("Running") && row.contains("OK"), "{row}");
        Ok(())
    })
}
