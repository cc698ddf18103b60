//! The cases, one after the other: they look at the whole host.

use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::process::ExitCode;

use minos_localcluster::container::{check_host, destroy, is_running};
use rustix::process::{Pid, Signal, kill_process};

use crate::fixture::{Cluster, Root};
use crate::host::{Host, all_namespaces, groups, namespaces, processes, runs};
use crate::images::{
    an_image_is_mounted_by_a_loop_device_where_its_file_cannot_be, an_image_is_mounted_from_its_file,
    an_image_that_cannot_be_mounted_at_all_is_named,
};
use crate::limits::{
    a_group_of_version_two_opens_only_what_is_listed, a_node_cannot_raise_its_limits,
    a_node_opens_no_device_of_the_host,
};
use crate::names::{
    a_name_that_nobody_knows_fails_with_an_answer, addresses_outside_the_cluster_are_unreachable,
    names_outside_the_cluster_resolve,
};

type Case = for<'a> fn(&'a Path) -> Pin<Box<dyn Future<Output = ()> + 'a>>;

macro_rules! cases {
    ($($name:ident)*) => { &[$((stringify!($name), |root| Box::pin($name(root)))),*] };
}

const CASES: &[(&str, Case)] = cases! {
    a_node_gets_what_the_interface_says
    a_node_cannot_change_the_host
    a_node_cannot_raise_its_limits
    a_node_opens_no_device_of_the_host
    a_group_of_version_two_opens_only_what_is_listed
    a_reboot_keeps_the_volumes_and_renews_groups_and_network
    a_node_that_is_off_stays_off
    a_node_that_was_killed_starts_from_any_leftover
    nodes_of_one_cluster_meet_and_those_of_another_do_not
    names_outside_the_cluster_resolve
    a_name_that_nobody_knows_fails_with_an_answer
    addresses_outside_the_cluster_are_unreachable
    an_image_is_mounted_from_its_file
    an_image_is_mounted_by_a_loop_device_where_its_file_cannot_be
    an_image_that_cannot_be_mounted_at_all_is_named
    a_graceful_end_lets_the_nodes_shut_down
    a_taken_port_is_named_and_nothing_is_left
    a_root_without_init_is_an_error_of_the_start
    nothing_is_left_after_destroy
    nothing_is_left_when_every_process_was_killed
    nothing_is_left_of_a_frozen_process
    nothing_is_left_when_the_start_was_killed
};

pub fn run(filters: &[&str]) -> ExitCode {
    if filters.contains(&"--list") {
        CASES.iter().for_each(|(name, _)| println!("{name}: test"));
        return ExitCode::SUCCESS;
    }
    if let Err(error) = check_host() {
        eprintln!("these tests cannot run: {error}");
        return ExitCode::FAILURE;
    }
    let names: Vec<_> = filters.iter().filter(|word| !word.starts_with('-')).collect();
    let wanted = |name: &str| names.is_empty() || names.iter().any(|filter| name.contains(*filter));
    let root = Root::new();
    let mut failed = Vec::new();
    for (name, case) in CASES.iter().filter(|(name, _)| wanted(name)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let passed = std::panic::catch_unwind(|| runtime.block_on(case(root.path()))).is_ok();
        println!("test {name} ... {}", if passed { "ok" } else { "FAILED" });
        if !passed {
            failed.push(*name);
        }
    }
    if failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

async fn a_node_gets_what_the_interface_says(root: &Path) {
    let cluster = Cluster::started(root, "interface", 1).await;
    let ask = async |line: &str| cluster.ask(0, line).await;
    let environment = ask("env").await;
    // `for: interface-0` in base64.
    for variable in ["PLATFORM=container", "container=minos", "USERDATA=Zm9yOiBpbnRlcmZhY2UtMAo="] {
        assert!(environment.lines().any(|line| line == variable), "{variable} is not in {environment}");
    }
    assert_eq!(ask("pid").await, "1");
    assert_eq!(ask("read /proc/1/cmdline").await, "/usr/bin/init\0");
    assert_eq!(ask("read /proc/sys/kernel/hostname").await, "interface-0\n");
    assert_eq!(ask("read /proc/cmdline").await, "talos.platform=container\n");
    for (parameter, value) in [("kernel/panic", "10\n"), ("vm/overcommit_memory", "1\n"), ("vm/panic_on_oom", "0\n")] {
        assert_eq!(ask(&format!("read /proc/sys/{parameter}")).await, value, "{parameter}");
    }
    let route = ask("read /proc/net/route").await;
    assert!(route.contains("eth0\t00000000\t0100050A"), "no default route through 10.5.0.1: {route}");
    assert_eq!(ask("list /sys/class/net").await.lines().collect::<Vec<_>>().len(), 2, "lo and eth0");
    assert!(ask("write /file text").await.contains("Read-only"));
    for folder in ["/run", "/system", "/system/state", "/var", "/dev"] {
        assert_eq!(ask(&format!("write {folder}/file text")).await, "written", "{folder}");
    }
    let mounts = ask("read /proc/self/mounts").await;
    let ephemeral = mounts.lines().find(|line| line.contains(" /var ")).expect("a mount");
    assert!(ephemeral.contains("size=16384k"), "EPHEMERAL is not bounded: {ephemeral}");
    // The roots of the hierarchies are the node's own groups.
    let own = ask("read /proc/self/cgroup").await;
    assert!(own.lines().all(|line| line.ends_with(":/") || line.starts_with("0::")), "{own}");
    let group = if ask("exists /sys/fs/cgroup/memory").await == "true" { "memory/" } else { "" };
    assert_eq!(ask(&format!("mkdir /sys/fs/cgroup/{group}one")).await, "made");
    let limit = if group.is_empty() { "memory.max" } else { "memory/memory.limit_in_bytes" };
    if !group.is_empty() {
        assert_eq!(ask(&format!("read /sys/fs/cgroup/{limit}")).await, format!("{}\n", 512 << 20));
    }
    assert_eq!(ask("write /dev/kmsg <4>from the node\n").await, "written");
    cluster.destroy().await;
    let console = cluster.console(0);
    assert!(console.contains("] the guest is up\n"), "{console}");
}

async fn a_node_cannot_change_the_host(root: &Path) {
    let cluster = Cluster::started(root, "host", 1).await;
    let ask = async |line: &str| cluster.ask(0, line).await;
    for parameter in ["vm/swappiness", "kernel/panic", "kernel/core_pattern", "fs/file-max"] {
        let answer = ask(&format!("write /proc/sys/{parameter} 1")).await;
        assert!(answer.contains("Read-only"), "{parameter}: {answer}");
    }
    for path in ["/proc/sysrq-trigger", "/sys/power/state", "/sys/kernel/uevent_helper"] {
        if ask(&format!("exists {path}")).await == "true" {
            assert!(ask(&format!("write {path} h")).await.contains("Read-only"), "{path}");
        }
    }
    assert_eq!(ask("write /proc/sys/net/ipv4/ip_forward 1").await, "written");
    let status = ask("read /proc/self/status").await;
    let bounding = status.lines().find_map(|line| line.strip_prefix("CapBnd:")).expect("a line");
    let bounding = u64::from_str_radix(bounding.trim(), 16).expect("a number");
    let withheld = 1 << 2 | 1 << 16 | 1 << 25;
    assert_eq!(bounding & withheld, 0, "it may open files by handle, load modules or set the clock: {bounding:x}");
    cluster.destroy().await;
}

async fn a_reboot_keeps_the_volumes_and_renews_groups_and_network(root: &Path) {
    let cluster = Cluster::started(root, "reboot", 1).await;
    let ask = async |line: &str| cluster.ask(0, line).await;
    let old = cluster.until(0, |status| status.boot == 1).await.init.expect("it runs");
    let network = std::fs::read_link(format!("/proc/{}/ns/net", old.pid)).expect("a namespace");
    // The kernel gives the number of a namespace that is gone to the next.
    let held = std::fs::File::open(format!("/proc/{}/ns/net", old.pid)).expect("a namespace");
    for line in ["write /var/file kept", "write /system/state/file kept", "write /run/file gone"] {
        assert_eq!(ask(line).await, "written");
    }
    assert_eq!(ask("write /proc/sys/net/ipv4/ip_forward 1").await, "written");
    let boot = ask("read /proc/sys/kernel/random/boot_id").await;
    assert_ne!(boot, std::fs::read_to_string("/proc/sys/kernel/random/boot_id").expect("readable"));
    let before = groups(&cluster.spec.id);
    cluster.order(0, "reboot");
    let new = cluster.until(0, |status| status.boot == 2 && status.init.is_some()).await.init.expect("it runs");
    assert_ne!(old, new);
    assert_eq!(ask("read /var/file").await, "kept");
    assert_eq!(ask("read /system/state/file").await, "kept");
    assert_eq!(ask("exists /run/file").await, "false");
    assert_ne!(ask("read /proc/sys/kernel/random/boot_id").await, boot, "nobody can see that it rebooted");
    assert_eq!(ask("read /proc/sys/net/ipv4/ip_forward").await, "0\n");
    assert_ne!(std::fs::read_link(format!("/proc/{}/ns/net", new.pid)).expect("a namespace"), network);
    drop(held);
    let of_nodes = |groups: &[PathBuf]| -> Vec<PathBuf> {
        groups.iter().filter(|group| group.display().to_string().contains("reboot-0.")).cloned().collect()
    };
    let (before, after) = (of_nodes(&before), of_nodes(&groups(&cluster.spec.id)));
    assert!(!before.is_empty() && before.len() == after.len(), "{before:?} {after:?}");
    assert!(after.iter().all(|group| !before.contains(group)), "the groups are those of the boot before: {after:?}");
    cluster.destroy().await;
}

async fn a_node_that_is_off_stays_off(root: &Path) {
    let cluster = Cluster::started(root, "off", 2).await;
    cluster.ask(0, "pid").await;
    cluster.order(0, "poweroff");
    let status = cluster.until(0, |status| status.ended.is_some()).await;
    assert_eq!((status.boot, status.ended.as_deref(), status.is_running()), (1, Some("powered off"), false));
    cluster.ask(1, "pid").await;
    cluster.order(1, "exit 3");
    let status = cluster.until(1, |status| status.ended.is_some()).await;
    assert_eq!((status.boot, status.ended.as_deref()), (1, Some("exited with code 3")));
    assert!(is_running(cluster.folder.path()), "the runner keeps the volumes");
    cluster.destroy().await;
}

/// Field report talos#4462, talos#5511, with the small system: what the runner leaves to the next boot.
async fn a_node_that_was_killed_starts_from_any_leftover(root: &Path) {
    let cluster = Cluster::started(root, "survivor", 2).await;
    cluster.ask(0, "pid").await;
    let other = cluster.until(1, |status| status.init.is_some()).await;
    assert_eq!(cluster.ask(0, "write /var/file kept").await, "written");
    let count =
        |groups: Vec<PathBuf>| groups.iter().filter(|one| one.display().to_string().contains("survivor-0.")).count();
    let before = count(groups(&cluster.spec.id));
    for round in 0..10_u32 {
        // In the first rounds before `init` runs, in the last when it does.
        tokio::time::sleep(std::time::Duration::from_millis(u64::from(round) * 15)).await;
        let init =
            cluster.until(0, |status| status.boot == round + 1 && status.init.is_some()).await.init.expect("it runs");
        kill_process(Pid::from_raw(init.pid).expect("an id"), Signal::KILL).expect("it ran");
        // One that had not joined its network yet ended for want of it.
        cluster.until(0, |status| status.init.is_none() && status.ended.is_some()).await;
        cluster.start_again().await;
    }
    assert_eq!(cluster.ask(0, "read /var/file").await, "kept");
    assert_eq!(cluster.ask(0, "dial 10.5.0.3:50000").await, "survivor-1\n");
    assert_eq!(count(groups(&cluster.spec.id)), before, "groups of boots that are over are left");
    assert_eq!(cluster.status(1), Some(other), "the other node was left alone");
    cluster.destroy().await;
}

async fn nodes_of_one_cluster_meet_and_those_of_another_do_not(root: &Path) {
    let one = Cluster::started(root, "one", 3).await;
    let two = Cluster::started(root, "two", 1).await;
    for node in 0..3 {
        one.ask(node, "pid").await;
    }
    assert_eq!(one.ask(0, "dial 10.5.0.3:50000").await, "one-1\n");
    assert_eq!(one.ask(2, "dial 10.5.0.2:50000").await, "one-0\n");
    // The same addresses, another segment: nobody is there.
    let answer = two.ask(0, "dial 10.5.0.3:50000").await;
    assert!(answer.starts_with("error"), "it reached a node of another cluster: {answer}");
    one.destroy().await;
    assert_eq!(two.ask(0, "read /proc/sys/kernel/hostname").await, "two-0\n", "the other cluster goes on");
    two.destroy().await;
}

async fn a_graceful_end_lets_the_nodes_shut_down(root: &Path) {
    let cluster = Cluster::started(root, "graceful", 1).await;
    cluster.ask(0, "pid").await;
    // This init has no handler, and the kernel keeps signals from a PID 1 without: the runner waits for the node.
    let ending = destroy(cluster.folder.path(), true);
    let off = async {
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        cluster.ask(0, "pid").await;
        cluster.order(0, "reboot");
    };
    let (ended, ()) = tokio::join!(ending, off);
    ended.expect("destroyed");
    let status = cluster.status(0).expect("written");
    assert_eq!((status.boot, status.ended.as_deref()), (1, Some("rebooted")), "it was started again");
}

async fn a_taken_port_is_named_and_nothing_is_left(root: &Path) {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let mut cluster = Cluster::new(root, "taken", 1);
    let address: SocketAddr = taken.local_addr().expect("an address");
    cluster.spec.nodes[0].forwards[0].listen = address;
    let error = cluster.start().await.expect_err("somebody else has the port").to_string();
    assert!(error.contains(&address.to_string()) && error.contains("in use"), "{error}");
    cluster.destroy().await;
    assert!(groups(&cluster.spec.id).is_empty());
}

async fn a_root_without_init_is_an_error_of_the_start(_: &Path) {
    let empty = tempfile::tempdir().expect("a folder");
    for name in ["proc", "sys", "dev", "run", "system", "var"] {
        std::fs::create_dir(empty.path().join(name)).expect("made");
    }
    let cluster = Cluster::new(empty.path(), "empty", 1);
    let error = cluster.start().await.expect_err("there is no init").to_string();
    assert!(error.contains("/usr/bin/init") && error.contains("empty-0"), "{error}");
    cluster.destroy().await;
    assert!(groups(&cluster.spec.id).is_empty());
}

async fn nothing_is_left_after_destroy(root: &Path) {
    let cluster = Cluster::new(root, "clean", 2);
    let before = Host::now(cluster.folder.path());
    cluster.start().await.expect("started");
    let trace = Trace::of(&cluster).await;
    cluster.destroy().await;
    trace.assert_gone(&cluster, &before);
    cluster.destroy().await;
}

async fn nothing_is_left_when_every_process_was_killed(root: &Path) {
    let cluster = Cluster::new(root, "killed", 2);
    let before = Host::now(cluster.folder.path());
    cluster.start().await.expect("started");
    let trace = Trace::of(&cluster).await;
    for pid in &trace.processes {
        // One that was a child of another may have ended with it.
        let _ = kill_process(Pid::from_raw(*pid).expect("an id"), Signal::KILL);
    }
    cluster.destroy().await;
    trace.assert_gone(&cluster, &before);
}

/// Root in the node may freeze a process of it, which then takes no signal.
async fn nothing_is_left_of_a_frozen_process(root: &Path) {
    let cluster = Cluster::new(root, "frozen", 1);
    let before = Host::now(cluster.folder.path());
    cluster.start().await.expect("started");
    let trace = Trace::of(&cluster).await;
    let child = *trace.processes.last().expect("init and its child");
    let (state, frozen, group) = groups(&cluster.spec.id)
        .into_iter()
        .filter(|group| processes(std::slice::from_ref(group)).contains(&child))
        .find_map(|group| {
            let legacy = group.join("freezer.state").exists();
            let unified = group.join("cgroup.freeze").exists();
            let (file, value) = if legacy { ("freezer.state", "FROZEN") } else { ("cgroup.freeze", "1") };
            (legacy || unified).then(|| (group.join("evil").join(file), value, group))
        })
        .expect("a group of the node can be frozen");
    let evil = group.join("evil");
    std::fs::create_dir(&evil).expect("made");
    std::fs::write(evil.join("cgroup.procs"), child.to_string()).expect("moved");
    std::fs::write(state, frozen).expect("frozen");
    cluster.destroy().await;
    trace.assert_gone(&cluster, &before);
}

/// At whatever moment the runner is killed: what it left by then is found.
async fn nothing_is_left_when_the_start_was_killed(root: &Path) {
    for moment in 0..12 {
        let cluster = Cluster::new(root, "early", 2);
        let before = Host::now(cluster.folder.path());
        let starting = cluster.start();
        let kill = async {
            let record = cluster.folder.path().join("runner.json");
            while !record.exists() {
                tokio::time::sleep(std::time::Duration::from_millis(1)).await;
            }
            tokio::time::sleep(std::time::Duration::from_millis(moment * 4)).await;
            let text = std::fs::read_to_string(&record).expect("readable");
            let record: serde_json::Value = serde_json::from_str(&text).expect("JSON");
            let pid = record["pid"].as_i64().and_then(|pid| Pid::from_raw(pid as i32)).expect("an id");
            let _ = kill_process(pid, Signal::KILL);
        };
        let (_, ()) = tokio::join!(starting, kill);
        let found = groups(&cluster.spec.id);
        let trace = Trace { processes: processes(&found), namespaces: Default::default() };
        cluster.destroy().await;
        trace.assert_gone(&cluster, &before);
    }
}

/// What a running cluster is made of.
struct Trace {
    processes: std::collections::BTreeSet<i32>,
    namespaces: std::collections::BTreeSet<PathBuf>,
}

impl Trace {
    async fn of(cluster: &Cluster) -> Self {
        for node in 0..cluster.spec.nodes.len() {
            cluster.ask(node, "pid").await;
        }
        let mut all = processes(&groups(&cluster.spec.id));
        assert!(all.len() >= 2 * cluster.spec.nodes.len(), "init and its child, for each node: {all:?}");
        let record = std::fs::read_to_string(cluster.folder.path().join("runner.json")).expect("readable");
        let record: serde_json::Value = serde_json::from_str(&record).expect("JSON");
        all.insert(record["pid"].as_i64().expect("an id") as i32);
        let own = namespaces(std::process::id() as i32);
        let theirs = all.iter().flat_map(|pid| namespaces(*pid)).filter(|one| !own.contains(one)).collect();
        Self { processes: all, namespaces: theirs }
    }

    fn assert_gone(&self, cluster: &Cluster, before: &Host) {
        let folder = cluster.folder.path();
        let left: Vec<_> = self.processes.iter().filter(|pid| runs(**pid)).collect();
        assert!(left.is_empty(), "processes: {left:?}");
        let left: Vec<_> = self.namespaces.intersection(&all_namespaces()).cloned().collect();
        assert!(left.is_empty(), "namespaces: {left:?}");
        let left = groups(&cluster.spec.id);
        assert!(left.is_empty(), "control groups: {left:?}");
        Host::now(folder).assert_equals(before);
        // The folder is the caller's to remove; nothing is mounted in it and nobody is in its way.
        std::fs::remove_dir_all(folder.join("nodes")).or_else(absent).expect("removed");
    }
}

fn absent(error: std::io::Error) -> std::io::Result<()> {
    if error.kind() == std::io::ErrorKind::NotFound { Ok(()) } else { Err(error) }
}
