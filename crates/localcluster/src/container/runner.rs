//! The runner: one process for a cluster, which holds its network namespace, its ports and consoles, and starts nodes.
//!
//! The kernel ends every node with the runner. What is left after that is control groups and files, which `destroy`
//! removes.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use minos_sys::{Namespaces, inherited};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{Notify, oneshot};
use tokio::task::LocalSet;

use super::cluster::{ContainerCluster, NodeStatus, ProcessRecord, node_folder, write};
use super::groups::Groups;
use super::node::{self, Shared};
use super::{console, forward, network, resolver, volumes};
use crate::LocalClusterError;

/// The descriptor on which the runner says that all nodes were started, or why not.
pub(super) const REPORT: i32 = 3;
/// What it says when they were.
pub(super) const READY: &str = "ready";
/// Where the runner says which process it is.
pub(super) const FILE: &str = "runner.json";

/// Runs a cluster until SIGTERM ends it; SIGHUP starts the nodes that are off. `boot` is how this program becomes a node's PID 1.
///
/// # Errors
/// When a node cannot be started the first time; the reason has been reported to who started the runner.
pub(super) fn run(folder: &Path, boot: Vec<String>) -> Result<(), LocalClusterError> {
    let mut report = inherited(REPORT).map(File::from);
    let mut tell = |text: &str| {
        if let Some(mut report) = report.take() {
            // Who started us may be gone; the cluster goes on.
            let _ = report.write_all(text.as_bytes());
        }
    };
    let result = prepare(folder, boot)
        .and_then(|(runtime, shared, ports)| LocalSet::new().block_on(&runtime, serve(shared, ports, &mut tell)));
    if let Err(error) = &result {
        tell(&error.with_causes());
    }
    result
}

type Prepared = (tokio::runtime::Runtime, Rc<Shared>, Vec<forward::OpenPort>);

fn prepare(folder: &Path, boot: Vec<String>) -> Result<Prepared, LocalClusterError> {
    let failed = |what: &'static str| move |source| LocalClusterError::Kernel { what, source };
    let own = i32::try_from(std::process::id()).map_err(std::io::Error::other);
    let record = own.and_then(ProcessRecord::of).map_err(failed("read when this process started"))?;
    write(&folder.join(FILE), &record)?;
    let cluster = ContainerCluster::load(folder)?;
    let ports = forward::open(&cluster)?;
    let groups = Groups::create(folder, &format!("minos-{}-{}", cluster.name, cluster.id))?;
    let host_network = File::open("/proc/self/ns/net").map_err(failed("open the host's network namespace"))?;
    let own = Namespaces { mount: true, network: true, ..Namespaces::default() };
    minos_sys::unshare(own).map_err(failed("make namespaces"))?;
    minos_sys::make_private(Path::new("/")).map_err(failed("make the mounts private"))?;
    network::create_segment(&cluster)?;
    resolver::start(host_network, &cluster)?;
    volumes::mount_shared(folder, &cluster)?;
    for node in &cluster.nodes {
        node::prepare(folder, node)?;
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(failed("start the runtime"))?;
    let shared =
        Shared { folder: folder.to_owned(), cluster, groups, boot, stopping: false.into(), wake: Notify::new() };
    Ok((runtime, Rc::new(shared), ports))
}

async fn serve(
    shared: Rc<Shared>,
    ports: Vec<forward::OpenPort>,
    tell: &mut impl FnMut(&str),
) -> Result<(), LocalClusterError> {
    let failed = |source| LocalClusterError::Kernel { what: "watch for signals", source };
    let mut end = signal(SignalKind::terminate()).map_err(failed)?;
    let mut start = signal(SignalKind::hangup()).map_err(failed)?;
    for port in ports {
        tokio::task::spawn_local(forward::run(port));
    }
    let mut nodes = Vec::new();
    let mut first = Vec::new();
    for (number, node) in shared.cluster.nodes.iter().enumerate() {
        tokio::task::spawn_local(console::open(&node_folder(&shared.folder, &node.name))?);
        let (booted, outcome) = oneshot::channel();
        first.push(outcome);
        nodes.push(tokio::task::spawn_local(node::run(shared.clone(), number, booted)));
    }
    for outcome in first {
        outcome.await.unwrap_or_else(|_| Err(LocalClusterError::Container("a node was not started".to_owned())))?;
    }
    tell(READY);
    loop {
        tokio::select! {
            _ = end.recv() => break,
            // Those that run wait for nothing, and notice nothing.
            _ = start.recv() => shared.wake.notify_waiters(),
        }
    }
    stop(&shared);
    for node in nodes {
        // A node's task that failed has nothing more to end.
        let _ = node.await;
    }
    Ok(())
}

/// Asks every node to shut down: SIGTERM is that to `init`.
fn stop(shared: &Shared) {
    shared.stopping.set(true);
    shared.wake.notify_waiters();
    let running = shared.cluster.nodes.iter().filter_map(|node| NodeStatus::load(&shared.folder, &node.name)?.init);
    for pid in running.filter(|init| init.is_alive()).filter_map(|init| rustix::process::Pid::from_raw(init.pid)) {
        // It may have ended in between.
        let _ = rustix::process::kill_process(pid, rustix::process::Signal::TERM);
    }
}

/// The runner of a cluster.
pub(super) fn record(folder: &Path) -> Option<ProcessRecord> {
    super::cluster::read(&PathBuf::from(folder).join(FILE)).ok()
}
