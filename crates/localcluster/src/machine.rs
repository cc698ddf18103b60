//! Starting and stopping one virtual machine.

use std::fs::File;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process, test_kill_process};

use crate::{Accelerator, ClusterFolder, Firmware, LocalClusterError, MachineState, NodeKind, Qmp, qemu};

/// A machine to start.
#[derive(Debug, Clone)]
pub struct MachineSpec {
    /// Name.
    pub name: String,
    /// How it runs.
    pub accelerator: Accelerator,
    /// Virtual processors.
    pub processors: u32,
    /// Memory, in MiB.
    pub memory_mib: u32,
    /// Size of its disk, in GiB; grown from the image's size, never shrunk.
    pub disk_gib: u32,
    /// The disk image that it starts from; it is never written.
    pub image: PathBuf,
    /// A disk with container images, read-only.
    pub image_cache: Option<PathBuf>,
    /// MAC address.
    pub mac: String,
    /// Port on loopback for its API.
    pub api_port: u16,
    /// Port, on loopback and in the machine, of its Kubernetes API server.
    pub kubernetes_port: u16,
    /// More words for the kernel's command line.
    pub kernel_arguments: Option<String>,
    /// Keep the disk intact even if the host crashes, at a price.
    pub durable: bool,
}

/// How long a machine may take to power off when its button is pressed.
const POWER_OFF: Duration = Duration::from_secs(90);

/// Starts a machine with its files in the cluster's folder.
///
/// # Errors
/// When a program is missing or QEMU ends at once.
pub async fn start(
    qemu: &Path,
    firmware: &Firmware,
    folder: &ClusterFolder,
    spec: &MachineSpec,
) -> Result<MachineState, LocalClusterError> {
    make_disk(folder, spec)?;
    let variables = folder.file("firmware-variables");
    if !variables.exists() {
        std::fs::copy(&firmware.variables, &variables).map_err(LocalClusterError::file("write", &variables))?;
    }
    let errors = folder.file("qemu.log");
    let log = File::create(&errors).map_err(LocalClusterError::file("create", &errors))?;
    let child = Command::new(qemu)
        .args(qemu::arguments(spec, firmware, &folder.path))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(log)
        // Its own group: an interrupt of the command that started it does not reach it.
        .process_group(0)
        .spawn();
    let mut child = child.map_err(LocalClusterError::file("run", qemu))?;
    for _ in 0..50 {
        tokio::time::sleep(Duration::from_millis(100)).await;
        if child.try_wait().is_ok_and(|ended| ended.is_some()) {
            let reason = std::fs::read_to_string(&errors).unwrap_or_default();
            return Err(LocalClusterError::Start(reason.trim().to_owned()));
        }
        if folder.file("qmp.sock").exists() {
            break;
        }
    }
    Ok(MachineState {
        name: spec.name.clone(),
        kind: NodeKind::ControlPlane,
        pid: Some(child.id()),
        address: None,
        cpu_millis: u64::from(spec.processors) * 1000,
        memory_mib: spec.memory_mib.into(),
        disk_mib: u64::from(spec.disk_gib) << 10,
        api_port: spec.api_port,
        kubernetes_port: spec.kubernetes_port,
    })
}

/// Ends a machine: by its power button if `graceful`, and by force if that takes too long.
///
/// # Errors
/// When the process cannot be signalled.
pub async fn stop(folder: &ClusterFolder, machine: &MachineState, graceful: bool) -> Result<(), LocalClusterError> {
    let Some(pid) = running(folder, machine) else { return Ok(()) };
    if graceful && let Ok(mut monitor) = Qmp::connect(&folder.file("qmp.sock")).await {
        drop(monitor.press_power_button().await);
        if ends_within(pid, POWER_OFF).await {
            return Ok(());
        }
    }
    for signal in [Signal::TERM, Signal::KILL] {
        // A process that is gone already needs no signal.
        let _ = kill_process(pid, signal);
        if ends_within(pid, Duration::from_secs(5)).await {
            return Ok(());
        }
    }
    Err(LocalClusterError::Monitor(format!("process {} does not end", pid.as_raw_nonzero())))
}

/// The machine's process, if it runs and is indeed QEMU with this cluster's files: process ids are used again.
fn running(folder: &ClusterFolder, machine: &MachineState) -> Option<Pid> {
    let pid = Pid::from_raw(i32::try_from(machine.pid?).ok()?)?;
    let command = std::fs::read(format!("/proc/{}/cmdline", pid.as_raw_nonzero())).ok()?;
    let command = String::from_utf8_lossy(&command).into_owned();
    command.contains(&folder.file("qmp.sock").display().to_string()).then_some(pid)
}

impl MachineState {
    /// Whether the machine's process, or the container's PID 1, is there.
    pub fn is_running(&self, folder: &ClusterFolder) -> bool {
        #[cfg(target_os = "linux")]
        if let Some(status) = crate::container::NodeStatus::load(&folder.path, &self.name) {
            return status.is_running();
        }
        running(folder, self).is_some()
    }
}

async fn ends_within(pid: Pid, patience: Duration) -> bool {
    let ended = async {
        while test_kill_process(pid).is_ok() && !is_zombie(pid) {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    tokio::time::timeout(patience, ended).await.is_ok()
}

/// A process that has ended, but whose parent has not looked.
fn is_zombie(pid: Pid) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero()));
    status.is_ok_and(|status| status.rsplit(')').next().is_some_and(|rest| rest.trim_start().starts_with('Z')))
}

fn make_disk(folder: &ClusterFolder, spec: &MachineSpec) -> Result<(), LocalClusterError> {
    let disk = folder.file("disk.qcow2");
    if disk.exists() {
        return Ok(());
    }
    let image = folder.keep(&spec.image, "image")?;
    let format = if image.extension().is_some_and(|extension| extension == "qcow2") { "qcow2" } else { "raw" };
    let output = Command::new("qemu-img")
        .args(["create", "-q", "-f", "qcow2", "-F", format, "-b"])
        .arg(&image)
        .arg(&disk)
        .arg(format!("{}G", spec.disk_gib))
        .output()
        .map_err(|_| LocalClusterError::Missing { what: "qemu-img".to_owned(), get: "make host" })?;
    if output.status.success() {
        return Ok(());
    }
    Err(LocalClusterError::Start(String::from_utf8_lossy(&output.stderr).trim().to_owned()))
}
