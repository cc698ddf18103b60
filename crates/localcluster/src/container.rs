//! Nodes as containers on this host's kernel: the same system as on a machine, started in a second.
//!
//! [`start`] makes a process, the runner, in which everything of a cluster is held: a network namespace with a bridge,
//! the mounts, the ports. Nodes are children of the runner in namespaces of their own, and end with it. Outside of
//! these processes there are only the cluster's folder and its control groups; [`destroy`] removes both, whatever
//! ended the processes.

mod boot;
mod cluster;
mod console;
mod forward;
mod groups;
mod host;
mod image;
mod network;
mod node;
mod resolver;
mod runner;
mod volumes;

use std::io::Read as _;
use std::os::fd::AsRawFd as _;
use std::path::Path;
use std::time::Duration;

use minos_sys::{SpawnSpec, spawn};
use rustix::process::{Pid, Signal, kill_process};
use tokio::time::{Instant, sleep};

use crate::LocalClusterError;

pub use cluster::{
    ContainerCluster, ContainerNode, Forward, NodeStatus, ProcessRecord, gateway, node_address, node_folder,
};
pub use host::{check_host, check_subnet};
pub use image::keep_image;
pub use resolver::host_nameservers;

/// The file in a node's folder that holds its configuration.
const CONFIGURATION: &str = "machine.yaml";
/// How long the runner's processes may take to end.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long nodes may take to shut down.
const SHUTDOWN: Duration = Duration::from_secs(120);
const PAUSE: Duration = Duration::from_millis(20);

/// How the program that uses this crate calls itself again. Each list holds the arguments before those that are added.
#[derive(Debug, Clone)]
pub struct Reentry {
    /// Arguments that lead to [`run`]; the cluster's folder is added.
    pub run: Vec<String>,
    /// Arguments that lead to [`boot`]; the folder, the node's name and the number of the boot are added.
    pub boot: Vec<String>,
}

/// Starts all nodes of a cluster, each with its configuration, and returns when their PID 1 run.
///
/// # Errors
/// When a node cannot be started; what there is by then is removed by [`destroy`].
pub async fn start(
    folder: &Path,
    cluster: &ContainerCluster,
    configurations: &[String],
    reentry: &Reentry,
) -> Result<(), LocalClusterError> {
    cluster.save(folder)?;
    for (node, configuration) in cluster.nodes.iter().zip(configurations) {
        let files = node_folder(folder, &node.name);
        std::fs::create_dir_all(&files).map_err(LocalClusterError::file("create", &files))?;
        write_secret(&files.join(CONFIGURATION), configuration)?;
    }
    let failed = |what: &'static str| move |source| LocalClusterError::Kernel { what, source };
    let (mut report, writer) = std::io::pipe().map_err(failed("make a pipe"))?;
    let program = std::env::current_exe().map_err(failed("find this program"))?;
    let mut argv = vec![program.display().to_string()];
    argv.extend_from_slice(&reentry.run);
    argv.push(folder.display().to_string());
    spawn(&SpawnSpec {
        argv,
        env: Vec::new(),
        log: Some(folder.join("runner.log")),
        fds: vec![(writer.as_raw_fd(), runner::REPORT)],
        own_child: true,
        ..SpawnSpec::default()
    })?;
    drop(writer);
    let said = tokio::task::spawn_blocking(move || {
        let mut text = String::new();
        report.read_to_string(&mut text).map(|_| text)
    });
    let said = said.await.map_err(std::io::Error::other).and_then(|said| said).map_err(failed("wait for the nodes"))?;
    match said.as_str() {
        runner::READY => Ok(()),
        "" => Err(LocalClusterError::Container(format!(
            "the runner ended without a word; see {}",
            folder.join("runner.log").display()
        ))),
        reason => Err(LocalClusterError::Container(reason.to_owned())),
    }
}

/// Starts the nodes of a running cluster that are off, and returns when their PID 1 run.
///
/// # Errors
/// When there is no runner, which holds their volumes, or a node does not start.
pub async fn start_again(folder: &Path) -> Result<(), LocalClusterError> {
    host::check_privileges()?;
    let cluster = ContainerCluster::load(folder)?;
    let status = |node: &ContainerNode| NodeStatus::load(folder, &node.name);
    let before: Vec<_> = cluster.nodes.iter().map(|node| status(node).map_or(0, |status| status.boot)).collect();
    let deadline = Instant::now() + PATIENCE;
    loop {
        let now: Vec<_> = cluster.nodes.iter().map(status).collect();
        if now.iter().all(|status| status.as_ref().is_some_and(NodeStatus::is_running)) {
            return Ok(());
        }
        let failed = cluster.nodes.iter().zip(&before).zip(&now).find_map(|((node, before), now)| {
            let now = now.as_ref().filter(|now| now.boot > *before && now.init.is_none())?;
            Some(format!("node {:?} ended again: {}", node.name, now.ended.as_deref().unwrap_or_default()))
        });
        if let Some(reason) = failed {
            return Err(LocalClusterError::Container(reason));
        }
        let runner = runner::record(folder).filter(|runner| runner.is_alive());
        let runner = runner.and_then(|runner| Pid::from_raw(runner.pid)).ok_or_else(|| {
            LocalClusterError::Container(
                "its runner has ended, and the nodes' volumes with it; create it anew".to_owned(),
            )
        })?;
        if Instant::now() > deadline {
            return Err(LocalClusterError::Container(format!(
                "nodes did not start; see {}",
                folder.join("runner.log").display()
            )));
        }
        // Again and again: a node that was ending at the first time waits now.
        let _ = kill_process(runner, Signal::HUP);
        sleep(PAUSE).await;
    }
}

/// What the runner's process does: it runs the cluster of a folder until SIGTERM ends it.
///
/// # Errors
/// When the cluster cannot be started.
pub fn run(folder: &Path, reentry: &Reentry) -> Result<(), LocalClusterError> {
    runner::run(folder, reentry.boot.clone())
}

/// What a node's PID 1 does until it is the node's `init`. It returns only with an error.
pub fn boot(folder: &Path, node: &str, number: u32) -> LocalClusterError {
    boot::boot(folder, node, number)
}

/// Ends a cluster's processes and removes its control groups. Works after any crash, and twice; needs root. The folder
/// stays.
///
/// # Errors
/// When something cannot be ended or removed.
pub async fn destroy(folder: &Path, graceful: bool) -> Result<(), LocalClusterError> {
    host::check_privileges()?;
    if let Some(runner) = runner::record(folder) {
        if graceful {
            end(runner, Signal::TERM, SHUTDOWN).await;
        }
        end(runner, Signal::KILL, PATIENCE).await;
    }
    // The kernel has a PID 1 end after all others of its namespace. A process leaves its control groups some time before.
    for init in inits(folder) {
        end(init, Signal::KILL, PATIENCE).await;
    }
    match groups::Groups::load(folder)? {
        Some(groups) => groups.remove().await,
        None => Ok(()),
    }
}

/// The PID 1 of each node that the runner had started.
fn inits(folder: &Path) -> Vec<ProcessRecord> {
    let nodes = std::fs::read_dir(folder.join("nodes")).into_iter().flatten().flatten();
    nodes.filter_map(|node| NodeStatus::load(folder, node.file_name().to_str()?)?.init).collect()
}

/// Whether there is anything of this kind of cluster in a folder.
pub fn is_here(folder: &Path) -> bool {
    ["containers.json", "groups.json", runner::FILE].iter().any(|name| folder.join(name).exists())
}

/// Whether a cluster's runner is there.
pub fn is_running(folder: &Path) -> bool {
    runner::record(folder).is_some_and(ProcessRecord::is_alive)
}

/// A random part for names of this cluster.
///
/// # Errors
/// When the host gives no random bytes.
pub fn new_id() -> Result<String, LocalClusterError> {
    let mut bytes = [0; 4];
    let path = Path::new("/dev/urandom");
    let read = std::fs::File::open(path).and_then(|mut file| file.read_exact(&mut bytes));
    read.map_err(LocalClusterError::file("read", path))?;
    Ok(format!("{:08x}", u32::from_ne_bytes(bytes)))
}

async fn end(process: ProcessRecord, signal: Signal, patience: Duration) {
    let Some(pid) = Pid::from_raw(process.pid) else { return };
    if !process.is_alive() {
        return;
    }
    // It may end by itself in between.
    let _ = kill_process(pid, signal);
    let deadline = Instant::now() + patience;
    while process.is_alive() && Instant::now() < deadline {
        sleep(PAUSE).await;
    }
}

fn write_secret(path: &Path, text: &str) -> Result<(), LocalClusterError> {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;

    let file = std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path);
    file.and_then(|mut file| file.write_all(text.as_bytes())).map_err(LocalClusterError::file("write", path))
}
