//! One run of a service: adopted or started, awaited, stopped.

use std::path::Path;
use std::time::Duration;

use minos_containers::{ContainerLimits, ContainerSpec, Mount, TaskState};
use minos_resources::v1alpha1::{ContainerRunner, ProcessRunner, Runner};
use minos_sys::{Limits, ProcessId, SpawnSpec};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::task::JoinHandle;

use crate::Deps;
use crate::record::{self, Record};

/// containerd's namespace for containers of the node.
const NAMESPACE: &str = "system";
/// How long a service may take to end by itself.
const PATIENCE: Duration = Duration::from_secs(20);

/// A running service.
pub struct Unit {
    deps: Deps,
    id: String,
    kind: Kind,
    /// Copies a container's output to its log.
    copier: Option<JoinHandle<()>>,
}

enum Kind {
    Process(ProcessId, ProcessRunner),
    Container,
}

impl Drop for Unit {
    fn drop(&mut self) {
        if let Some(copier) = &self.copier {
            copier.abort();
        }
    }
}

impl Unit {
    /// What runs already and was started from the same spec.
    pub async fn adopt(deps: &Deps, id: &str, runner: &Runner) -> Option<(Self, i32)> {
        let record =
            record::read(&deps.records, id).filter(|record| record.fingerprint == record::fingerprint(runner))?;
        match runner {
            Runner::Process(process) => {
                if !deps.processes.is_alive(record.process()) {
                    return None;
                }
                let kind = Kind::Process(record.process(), process.clone());
                Some((Self { deps: deps.clone(), id: id.to_owned(), kind, copier: None }, record.pid))
            }
            Runner::Container(_) => match deps.containers.state(NAMESPACE, id).await {
                Ok(Some(TaskState::Running { pid })) => {
                    let copier = Some(copy_output(deps, id));
                    Some((Self { deps: deps.clone(), id: id.to_owned(), kind: Kind::Container, copier }, pid))
                }
                _ => None,
            },
        }
    }

    /// Starts it; what an earlier run left is ended first. Says why it cannot.
    pub async fn start(deps: &Deps, id: &str, runner: &Runner) -> Result<(Self, i32), String> {
        let fingerprint = record::fingerprint(runner);
        let (unit, record) = match runner {
            Runner::Process(process) => start_process(deps, id, process).await?,
            Runner::Container(container) => start_container(deps, id, container).await?,
        };
        let pid = record.pid;
        record::write(&deps.records, id, &Record { fingerprint, ..record });
        Ok((unit, pid))
    }

    /// Has the image of a container, if it is one.
    pub async fn prepare(deps: &Deps, runner: &Runner) -> Result<(), String> {
        match runner {
            Runner::Process(_) => Ok(()),
            Runner::Container(container) => {
                deps.containers.pull(NAMESPACE, &container.image).await.map_err(|error| error.to_string())
            }
        }
    }

    /// Waits until it has ended: `Ok` when it ended successfully, else how it ended.
    pub async fn ended(&self) -> Result<(), String> {
        let outcome = match &self.kind {
            Kind::Process(process, _) => match self.deps.processes.ended(*process).await {
                Some(0) => Ok(()),
                Some(status) => Err(describe(status)),
                None => Err("ended".to_owned()),
            },
            Kind::Container => self.container_ended().await,
        };
        record::remove(&self.deps.records, &self.id);
        outcome
    }

    async fn container_ended(&self) -> Result<(), String> {
        loop {
            match self.deps.containers.wait(NAMESPACE, &self.id).await {
                Ok(0) => return Ok(()),
                Ok(code) => return Err(format!("ended with code {code}")),
                // containerd may be restarting; the container is not.
                Err(error) => {
                    tracing::debug!(service = %self.id, %error, "cannot wait for a container");
                    tokio::time::sleep(Duration::from_secs(1)).await;
                    if let Ok(None) = self.deps.containers.state(NAMESPACE, &self.id).await {
                        return Err("it is gone".to_owned());
                    }
                }
            }
        }
    }

    /// Ends it: asks first, insists later.
    pub async fn stop(&self) {
        for signal in [libc::SIGTERM, libc::SIGKILL] {
            match &self.kind {
                Kind::Process(process, _) => drop(self.deps.processes.signal(*process, signal)),
                Kind::Container => drop(self.deps.containers.kill(NAMESPACE, &self.id, signal).await),
            }
            if tokio::time::timeout(PATIENCE, self.ended()).await.is_ok() {
                break;
            }
        }
        if let Kind::Process(_, runner) = &self.kind
            && !runner.keep_children
        {
            self.deps.processes.kill_group(&runner.cgroup);
        }
        record::remove(&self.deps.records, &self.id);
    }
}

/// The status of wait(2) in words.
fn describe(status: i32) -> String {
    match (status & 0x7f, status >> 8 & 0xff) {
        (0, code) => format!("ended with code {code}"),
        (signal, _) => format!("ended by signal {signal}"),
    }
}

async fn start_process(deps: &Deps, id: &str, runner: &ProcessRunner) -> Result<(Unit, Record), String> {
    let failed = |error: &dyn std::error::Error| with_causes(error);
    deps.processes.make_group(&runner.cgroup, runner.memory_reservation).map_err(|error| failed(&error))?;
    if let Some(left) = record::read(&deps.records, id)
        && deps.processes.is_alive(left.process())
    {
        drop(deps.processes.signal(left.process(), libc::SIGKILL));
        deps.processes.ended(left.process()).await;
    }
    let spec = SpawnSpec {
        argv: runner.argv.clone(),
        env: runner.env.clone(),
        uid: runner.uid,
        gid: runner.uid,
        capabilities: runner.capabilities.clone(),
        no_new_privileges: runner.no_new_privileges,
        log: Some(deps.logs.file(id)),
        cgroup: Some(minos_sys::Cgroup::new(&runner.cgroup)),
        oom_score_adj: Some(runner.oom_score_adj),
        open_files: Some(1 << 20),
        ..SpawnSpec::default()
    };
    let process = deps.processes.start(&spec).map_err(|error| failed(&error))?;
    let record = Record { pid: process.pid, started: process.started, fingerprint: 0 };
    let kind = Kind::Process(process, runner.clone());
    Ok((Unit { deps: deps.clone(), id: id.to_owned(), kind, copier: None }, record))
}

async fn start_container(deps: &Deps, id: &str, runner: &ContainerRunner) -> Result<(Unit, Record), String> {
    deps.processes.make_group(parent(&runner.cgroup), None).map_err(|error| with_causes(&error))?;
    let fifo = deps.logs.fifo(id);
    make_fifo(&fifo).map_err(|error| format!("cannot make the fifo of its output: {error}"))?;
    let Limits { open_files, oom_score_adj, capabilities } = deps.processes.limits();
    let container = ContainerSpec {
        id: id.to_owned(),
        image: runner.image.clone(),
        args: runner.args.clone(),
        env: runner.env.clone(),
        uid: runner.uid.unwrap_or_default(),
        mounts: runner
            .mounts
            .iter()
            .map(|mount| Mount {
                source: mount.source.display().to_string(),
                destination: mount.destination.display().to_string(),
                kind: mount.kind.clone(),
                options: mount.options.clone(),
            })
            .collect(),
        privileged: runner.privileged,
        host_pid: runner.host_pid,
        cgroup: runner.cgroup.clone(),
        memory_reservation: runner.memory_reservation,
        oom_score_adj: runner.oom_score_adj,
        limits: ContainerLimits { open_files, oom_score_adj, capabilities },
        writable_root: runner.writable_root,
        output: fifo,
    };
    if let Ok(Some(TaskState::Running { .. })) = deps.containers.state(NAMESPACE, id).await {
        drop(deps.containers.kill(NAMESPACE, id, libc::SIGKILL).await);
        drop(deps.containers.wait(NAMESPACE, id).await);
    }
    let copier = copy_output(deps, id);
    let started = deps.containers.start(NAMESPACE, &container).await;
    let pid = started.map_err(|error| {
        copier.abort();
        with_causes(&error)
    })?;
    let record = Record { pid, started: 0, fingerprint: 0 };
    Ok((Unit { deps: deps.clone(), id: id.to_owned(), kind: Kind::Container, copier: Some(copier) }, record))
}

fn parent(cgroup: &str) -> &str {
    cgroup.rsplit_once('/').map(|(parent, _)| parent).filter(|parent| !parent.is_empty()).unwrap_or("/")
}

fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

fn make_fifo(path: &Path) -> std::io::Result<()> {
    let mode = rustix::fs::Mode::from_raw_mode(0o600);
    match rustix::fs::mknodat(rustix::fs::CWD, path, rustix::fs::FileType::Fifo, mode, 0) {
        Err(rustix::io::Errno::EXIST) => Ok(()),
        other => Ok(other?),
    }
}

/// Copies a container's fifo to its log. The shim holds the fifo open as well: while nobody copies, output waits there.
fn copy_output(deps: &Deps, id: &str) -> JoinHandle<()> {
    let (fifo, file, id) = (deps.logs.fifo(id), deps.logs.file(id), id.to_owned());
    tokio::spawn(async move {
        let copied = async {
            // Opened for both, so that it never ends.
            let mut from = tokio::net::unix::pipe::OpenOptions::new().read_write(true).open_receiver(&fifo)?;
            let mut to = tokio::fs::OpenOptions::new().append(true).create(true).open(&file).await?;
            let mut buffer = vec![0; 16 << 10];
            loop {
                let length = from.read(&mut buffer).await?;
                to.write_all(&buffer[..length]).await?;
                to.flush().await?;
            }
        };
        let outcome: std::io::Result<()> = copied.await;
        if let Err(error) = outcome {
            tracing::warn!(service = id, %error, "the container's output is not logged any more");
        }
    })
}

#[cfg(test)]
mod tests;
