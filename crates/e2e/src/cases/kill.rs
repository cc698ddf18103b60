use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::json;

use crate::cluster::{Cluster, Kind};
use crate::restarts::Manifests;
use crate::wait::until;

/// How long the API may be away, on a slow host and under TCG.
const AWAY: Duration = Duration::from_secs(40);

/// Programs whose processes have to stay, on every kind of node.
pub(super) const STAY: &[&str] = &[
    "/usr/bin/apid",
    "/usr/bin/containerd ",
    "/usr/local/bin/etcd",
    "/usr/local/bin/kubelet",
    "/usr/local/bin/kube-apiserver",
    "/usr/local/bin/kube-controller-manager",
    "/usr/local/bin/kube-scheduler",
    "/usr/local/bin/kube-proxy",
    "/opt/bin/flanneld",
    "/usr/local/bin/coredns",
];
/// And on a machine, which has devices of its own.
const STAY_ON_A_MACHINE: &[&str] = &["systemd-udevd"];

pub fn run(cluster: &Cluster) -> Result<()> {
    let before = processes(cluster)?;
    let manifests = Manifests::of(cluster)?;
    let certificates = certificates(cluster)?;
    let boot = cluster.boot_id()?;
    let log = cluster.minosctl(&["logs", "kubelet"])?;
    let machined = pid_of(&before, "/usr/bin/machined").context("no machined")?;

    cluster.apply(&json!({
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "kill", "namespace": "kube-system"},
        "spec": {
            "restartPolicy": "Never", "hostPID": true, "tolerations": [{"operator": "Exists"}],
            "containers": [{
                "name": "kill", "image": cluster.test_image(), "args": ["kill", "machined", "9"],
                "securityContext": {"privileged": true},
            }],
        },
    }))?;
    let mut away: Option<Instant> = None;
    until("machined to be killed", Duration::from_secs(120), || {
        let now = processes(cluster);
        if now.is_err() {
            away.get_or_insert_with(Instant::now);
        }
        let now = pid_of(&now?, "/usr/bin/machined").context("no machined")?;
        ensure!(now != machined, "machined still has process {machined}");
        Ok(())
    })?;
    let away = away.map(|since| since.elapsed()).unwrap_or_default();
    println!("    the API was away for {:.1} s at most", away.as_secs_f64());
    ensure!(away < AWAY, "the API was away for {away:?}");

    until("the services to be known again", Duration::from_secs(30), || {
        let services = cluster.minosctl(&["services"])?;
        ensure!(
            ["etcd", "kubelet", "containerd"].iter().all(|id| {
                services.lines().any(|line| line.contains(id) && line.contains("Running") && line.contains("OK"))
            }),
            "{services}"
        );
        Ok(())
    })?;
    // What restarts because of it has restarted by now.
    std::thread::sleep(Duration::from_secs(15));
    let after = processes(cluster)?;
    let machine = if cluster.kind == Kind::Machine { STAY_ON_A_MACHINE } else { &[] };
    for program in STAY.iter().chain(machine) {
        let pids = |of: &BTreeMap<String, String>| {
            of.iter().filter(|(_, command)| command.contains(program)).map(|(pid, _)| pid.clone()).collect::<Vec<_>>()
        };
        ensure!(!pids(&before).is_empty(), "{program} was not there");
        if pids(&before) == pids(&after) {
            continue;
        }
        match manifests.host_restarted(cluster, program)? {
            Some(reason) => println!("    {program} was restarted, but not by this: {reason}"),
            None => bail!("{program} had {:?}, has {:?}", pids(&before), pids(&after)),
        }
    }
    ensure!(cluster.boot_id()? == boot, "the machine restarted");
    ensure!(self::certificates(cluster)? == certificates, "a certificate was issued anew");
    let after_log = cluster.minosctl(&["logs", "kubelet"])?;
    ensure!(after_log.starts_with(log.trim_end()), "the kubelet's log lost lines");
    cluster.kubectl(&["delete", "pod", "-n", "kube-system", "kill", "--wait=false"])?;
    Ok(())
}

/// Process ids and command lines.
pub(super) fn processes(cluster: &Cluster) -> Result<BTreeMap<String, String>> {
    let table = cluster.minosctl(&["processes"])?;
    let row = |line: &str| {
        let mut words = line.split_whitespace().skip(1);
        let pid = words.next()?.to_owned();
        line.find('/').map(|at| (pid, format!("{} ", &line[at..])))
    };
    Ok(table.lines().skip(1).filter_map(row).collect())
}

fn pid_of(processes: &BTreeMap<String, String>, program: &str) -> Option<String> {
    processes.iter().find(|(_, command)| command.starts_with(program)).map(|(pid, _)| pid.clone())
}

/// What the node says of every certificate that it issued.
fn certificates(cluster: &Cluster) -> Result<usize> {
    Ok(cluster.minosctl(&["dmesg"])?.lines().filter(|line| line.contains("issued a certificate")).count())
}
