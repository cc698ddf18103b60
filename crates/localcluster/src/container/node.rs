//! One node from boot to boot: starts its PID 1, waits for its end, and starts it again when the node rebooted.

use std::cell::Cell;
use std::fs::File;
use std::io::Write as _;
use std::os::fd::AsRawFd as _;
use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

use minos_sys::{Namespaces, Readiness, SpawnSpec};
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, WaitIdStatus, kill_process, waitid};
use tokio::io::AsyncReadExt as _;
use tokio::net::unix::pipe;
use tokio::sync::{Notify, oneshot};
use tokio::time::Instant;

use super::cluster::{ContainerCluster, ContainerNode, NodeStatus, ProcessRecord, node_folder};
use super::groups::Groups;
use super::{boot, console, network};
use crate::LocalClusterError;

/// What every node of a runner shares.
pub(super) struct Shared {
    pub folder: std::path::PathBuf,
    pub cluster: ContainerCluster,
    pub groups: Groups,
    /// How this program becomes a node's PID 1: its arguments before the folder.
    pub boot: Vec<String>,
    /// Nodes that reboot now stay off.
    pub stopping: Cell<bool>,
    /// Wakes nodes that are off: to start, or to end with the cluster.
    pub wake: Notify,
}

/// Capabilities (capabilities(7)) that a node never has: what they allow acts on the host. CAP_DAC_READ_SEARCH opens every
/// file of a mounted filesystem by its handle, not only those in the folder that the node sees; CAP_SYS_MODULE, CAP_SYS_TIME.
const WITHHELD: [u32; 3] = [2, 16, 25];
const LAST_CAPABILITY: u32 = 63;
/// A boot that ends sooner is no boot: the next one waits.
const SHORT: Duration = Duration::from_secs(2);

/// How a boot ended.
enum End {
    Reboot,
    Off(String),
}

/// Runs a node, from boot to boot, until the cluster ends. The first boot's outcome goes to `booted`.
pub(super) async fn run(shared: Rc<Shared>, number: usize, booted: oneshot::Sender<Result<(), LocalClusterError>>) {
    let mut booted = Some(booted);
    let mut status = NodeStatus { init: None, boot: 0, ended: None };
    let node = &shared.cluster.nodes[number];
    loop {
        status.boot += 1;
        let begin = Instant::now();
        let end = one_boot(&shared, number, &mut status, &mut booted).await;
        let end = end.unwrap_or_else(|error| {
            let reason = error.with_causes();
            if let Some(booted) = booted.take() {
                // The runner may have given up by now.
                let _ = booted.send(Err(error));
            }
            End::Off(reason)
        });
        let again = matches!(end, End::Reboot) && !shared.stopping.get();
        status.init = None;
        status.ended = Some(match end {
            End::Reboot => "rebooted".to_owned(),
            End::Off(reason) => reason,
        });
        // What cannot be written now cannot be written in the next boot either, which will say so.
        let _ = status.save(&shared.folder, &node.name);
        if again {
            tokio::time::sleep(SHORT.saturating_sub(begin.elapsed())).await;
        } else if !shared.stopping.get() {
            shared.wake.notified().await;
        }
        // The end of the cluster may have come in between.
        if shared.stopping.get() {
            return;
        }
    }
}

async fn one_boot(
    shared: &Shared,
    number: usize,
    status: &mut NodeStatus,
    booted: &mut Option<oneshot::Sender<Result<(), LocalClusterError>>>,
) -> Result<End, LocalClusterError> {
    let node = &shared.cluster.nodes[number];
    // The kernel needs a moment for the links of the boot before, so each boot has a name of its own.
    let outside = format!("n{number}b{}", status.boot % 100_000);
    shared.groups.create_node(node, status.boot)?;
    let started = start(shared, node, &outside, status).await;
    if started.is_ok()
        && let Some(booted) = booted.take()
    {
        // The runner may have given up by now.
        let _ = booted.send(Ok(()));
    }
    let end = match started {
        Ok(init) => init.end().await,
        Err(error) => Err(error),
    };
    network::unplug(&outside)?;
    shared.groups.remove_node(&node.name, status.boot).await?;
    end
}

/// A running PID 1; it is ended with this value.
struct Init {
    pid: Pid,
    ready: Readiness,
}

async fn start(
    shared: &Shared,
    node: &ContainerNode,
    outside: &str,
    status: &mut NodeStatus,
) -> Result<Init, LocalClusterError> {
    let failed = |what: &'static str| move |source| LocalClusterError::Kernel { what, source };
    let (go_reader, mut go) = std::io::pipe().map_err(failed("make a pipe"))?;
    let (report, report_writer) = std::io::pipe().map_err(failed("make a pipe"))?;
    let mut argv = vec!["/proc/self/exe".to_owned()];
    argv.extend_from_slice(&shared.boot);
    argv.extend([shared.folder.display().to_string(), node.name.clone(), status.boot.to_string()]);
    let spawned = minos_sys::spawn(&SpawnSpec {
        argv,
        log: Some(console::pipe_path(&node_folder(&shared.folder, &node.name))),
        capabilities: Some((0..=LAST_CAPABILITY).filter(|one| !WITHHELD.contains(one)).collect()),
        fds: vec![(go_reader.as_raw_fd(), boot::GO), (report_writer.as_raw_fd(), boot::REPORT)],
        own_child: true,
        namespaces: Namespaces { mount: true, uts: true, ipc: true, pid: true, network: true, cgroup: false },
        dies_with_parent: true,
        ..SpawnSpec::default()
    })?;
    drop((go_reader, report_writer));
    let pid = Pid::from_raw(spawned.pid).ok_or_else(|| LocalClusterError::Container("no process id".to_owned()))?;
    let ready = Readiness::of(spawned.pidfd).map_err(failed("watch a node's PID 1"))?;
    let init = Init { pid, ready };
    status.init = Some(ProcessRecord::of(spawned.pid).map_err(failed("read when a node's PID 1 started"))?);
    status.save(&shared.folder, &node.name)?;
    network::plug(&shared.cluster, outside, spawned.pid.unsigned_abs())?;
    go.write_all(b"g").map_err(failed("start a node"))?;
    let reason = read(report).await.map_err(failed("wait for a node's start"))?;
    if reason.is_empty() {
        Ok(init)
    } else {
        Err(LocalClusterError::Container(format!("node {:?}: {reason}", node.name)))
    }
}

/// All that is written to a pipe until it is closed.
async fn read(pipe: std::io::PipeReader) -> std::io::Result<String> {
    let file = File::from(std::os::fd::OwnedFd::from(pipe));
    rustix::fs::fcntl_setfl(&file, rustix::fs::OFlags::NONBLOCK)?;
    let mut text = String::new();
    pipe::Receiver::from_file(file)?.read_to_string(&mut text).await?;
    Ok(text)
}

impl Init {
    async fn end(&self) -> Result<End, LocalClusterError> {
        let failed = |source| LocalClusterError::Kernel { what: "wait for a node's PID 1", source };
        loop {
            self.ready.readable().await.map_err(failed)?;
            let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG;
            match waitid(WaitId::Pid(self.pid), options).map_err(|error| failed(error.into()))? {
                Some(status) => return Ok(meaning(&status)),
                None => tokio::task::yield_now().await,
            }
        }
    }
}

impl Drop for Init {
    /// A start that failed half-way leaves nothing: the kernel ends all of a pid namespace with its PID 1.
    fn drop(&mut self) {
        // It has ended already in most cases, and has been waited for; its id is not used again so soon.
        if waitid(WaitId::Pid(self.pid), WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT).is_ok()
        {
            let _ = kill_process(self.pid, Signal::KILL);
            let _ = waitid(WaitId::Pid(self.pid), WaitIdOptions::EXITED);
        }
    }
}

/// reboot(2) in a pid namespace ends its PID 1 by a signal that says what was asked for.
fn meaning(status: &WaitIdStatus) -> End {
    match (status.terminating_signal(), status.exit_status()) {
        (Some(signal), _) if signal == Signal::HUP.as_raw() => End::Reboot,
        (Some(signal), _) if signal == Signal::INT.as_raw() => End::Off("powered off".to_owned()),
        (Some(signal), _) => End::Off(format!("ended by signal {signal}")),
        (None, Some(0)) => End::Off("powered off".to_owned()),
        (None, code) => End::Off(format!("exited with code {}", code.unwrap_or_default())),
    }
}

/// Prepares the folder of a node.
pub(super) fn prepare(folder: &Path, node: &ContainerNode) -> Result<(), LocalClusterError> {
    let files = node_folder(folder, &node.name);
    for name in ["root", "state", "ephemeral"] {
        let path = files.join(name);
        std::fs::create_dir_all(&path).map_err(LocalClusterError::file("create", &path))?;
    }
    let ephemeral = files.join("ephemeral");
    let flags = minos_sys::MountFlags { no_suid: true, no_dev: true, ..minos_sys::MountFlags::default() };
    let size = format!("mode=0755,size={}m", node.ephemeral_mib);
    minos_sys::mount("tmpfs", &ephemeral, "tmpfs", flags, &size).map_err(LocalClusterError::file("mount", &ephemeral))
}
