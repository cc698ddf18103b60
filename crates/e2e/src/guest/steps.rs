//! The steps in the guest, as a person would do them on a host.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use minos_sys::reap;

use super::Report;
use super::host::{IMAGES, MINOSCTL, prepare};
use crate::cluster::{Cluster, Kind, Programs};
use crate::traces::{self, Parameters, text};
use crate::wait::until;

const NAME: &str = "v2";
const STATE: &str = "/run/state";
/// The node's limits, as they are given and as the kernel has them.
const MEMORY_MIB: u64 = 3072;
const MEMORY: &str = "3072";
const CPUS: &str = "2";
const CPU_MAX: &str = "200000 100000";
/// The limit that the manifest of CoreDNS has: a pod's limit, which the kubelet sets.
const POD_MEMORY: u64 = 170 << 20;
/// Controllers that a node's groups have to have.
const CONTROLLERS: [&str; 4] = ["cpu", "cpuset", "memory", "pids"];
/// Leases that last longer: the guest's processor may be emulated.
const PATCH: &str = include_str!("../../../cli/src/commands/cluster/emulated.yaml");

pub fn run(report: &mut Report) -> Result<()> {
    prepare()?;
    report.say("the guest is a host with control groups v2");
    let before = Host::now();
    let programs = Programs { minosctl: MINOSCTL.into(), kubectl: PathBuf::new(), images: IMAGES.into() };
    let cluster = Cluster::named(&programs, Path::new(STATE), NAME, Kind::Container);
    let outcome = with_cluster(report, &cluster);
    if outcome.is_err() {
        cluster.print_diagnostics();
    }
    outcome?;
    step(report, "destroyed", || {
        cluster.minosctl(&["cluster", "destroy", "--name", NAME])?;
        nothing_is_left(&before)
    })
}

fn with_cluster(report: &mut Report, cluster: &Cluster) -> Result<()> {
    let patch = "/run/patch.yaml";
    std::fs::write(patch, PATCH)?;
    let patch = format!("@{patch}");
    step(report, "created and healthy", || {
        cluster.create(&["--memory", MEMORY, "--cpus", CPUS, "--config-patch", &patch])
    })?;
    step(report, "limits act", || limits(1))?;
    step(report, "rebooted and healthy", || {
        let boot = cluster.boot_id()?;
        cluster.minosctl(&["reboot", "--wait=false"])?;
        cluster.wait_for_another_boot(&boot)?;
        cluster.wait_until_healthy()
    })?;
    step(report, "limits act in new groups, the old ones are gone", || {
        limits(2)?;
        ensure!(group(1).is_err(), "the groups of the first boot are still there");
        Ok(())
    })
}

fn step(report: &mut Report, what: &str, act: impl FnOnce() -> Result<()>) -> Result<()> {
    let begin = Instant::now();
    act().with_context(|| format!("not {what}"))?;
    report.say(&format!("{what} ({:.0} s)", begin.elapsed().as_secs_f64()));
    Ok(())
}

/// The group of a boot of the node.
fn group(boot: u32) -> Result<PathBuf> {
    let name = format!("{NAME}-controlplane-1.{boot}");
    let groups = traces::groups();
    let found = groups.iter().find(|group| group.ends_with(&name));
    found.cloned().with_context(|| format!("there is no group {name}; the groups are {groups:#?}"))
}

/// The node's limits are those that were asked for, its processes are in its group, and it may limit its pods.
fn limits(boot: u32) -> Result<()> {
    let group = group(boot)?;
    let read = |name: &str| text(group.join(name));
    let controllers = read("cgroup.controllers");
    let missing = CONTROLLERS.iter().find(|one| !controllers.split(' ').any(|there| there == **one));
    ensure!(missing.is_none(), "the node lacks the controller {missing:?}: {controllers}");
    ensure!(read("memory.max") == (MEMORY_MIB << 20).to_string(), "memory.max is {}", read("memory.max"));
    ensure!(read("cpu.max") == CPU_MAX, "cpu.max is {}", read("cpu.max"));
    let count = |name: &str| read(name).parse::<u64>().with_context(|| format!("{name} is {:?}", read(name)));
    ensure!(count("pids.current")? > 20, "the node has {} threads", count("pids.current")?);
    ensure!(count("memory.current")? > 64 << 20, "the node uses {} bytes", count("memory.current")?);
    let pods: BTreeMap<PathBuf, String> = traces::groups()
        .into_iter()
        .filter(|one| one.starts_with(&group))
        .map(|one| (one.clone(), text(one.join("memory.max"))))
        .collect();
    ensure!(
        pods.values().any(|limit| *limit == POD_MEMORY.to_string()),
        "no group has the limit of CoreDNS, {POD_MEMORY}: {pods:#?}"
    );
    Ok(())
}

/// The guest at one moment.
struct Host {
    processes: BTreeMap<i32, String>,
    namespaces: BTreeSet<PathBuf>,
    mounts: Vec<String>,
    groups: BTreeSet<PathBuf>,
    passed_on: String,
    links: String,
    parameters: Parameters,
}

impl Host {
    fn now() -> Self {
        Self {
            processes: traces::processes(),
            namespaces: traces::namespaces(),
            mounts: traces::mounts(),
            groups: traces::groups(),
            passed_on: text("/sys/fs/cgroup/cgroup.subtree_control"),
            links: text("/proc/net/dev").lines().filter_map(|line| Some(line.split_once(':')?.0.trim())).collect(),
            parameters: traces::parameters(&["."]),
        }
    }
}

/// Everything is as it was before there was a cluster.
fn nothing_is_left(before: &Host) -> Result<()> {
    until("everything to be as before", Duration::from_secs(30), || {
        // The runner was a child of a `minosctl` that has ended.
        while reap().is_some() {}
        let now = Host::now();
        same("processes", &before.processes, &now.processes)?;
        same("namespaces", &before.namespaces, &now.namespaces)?;
        same("mounts", &before.mounts, &now.mounts)?;
        same("control groups", &before.groups, &now.groups)?;
        same("controllers that the root passes on", &before.passed_on, &now.passed_on)?;
        same("links", &before.links, &now.links)?;
        let changed = traces::changed(&before.parameters, &now.parameters);
        ensure!(changed.is_empty(), "kernel parameters changed: {changed:#?}");
        let left: Vec<_> = std::fs::read_dir(STATE)?.flatten().map(|entry| entry.path()).collect();
        ensure!(left.is_empty(), "files are left: {left:?}");
        Ok(())
    })
}

fn same<T: PartialEq + std::fmt::Debug>(what: &str, before: &T, now: &T) -> Result<()> {
    ensure!(before == now, "{what} before: {before:#?}, now: {now:#?}");
    Ok(())
}
