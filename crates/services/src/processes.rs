//! Processes of the node, as the supervisor needs them.

use std::io;

use async_trait::async_trait;
use minos_sys::{
    Limits, ProcessId, Readiness, SpawnError, SpawnSpec, is_alive, open_pid, process_start_time, send_signal, spawn,
};

use crate::Exits;

/// Starting, finding, signalling and awaiting processes.
#[async_trait]
pub trait Processes: Send + Sync {
    /// Starts a process.
    ///
    /// # Errors
    /// When it does not start.
    fn start(&self, spec: &SpawnSpec) -> Result<ProcessId, SpawnError>;

    /// Whether that very process runs.
    fn is_alive(&self, process: ProcessId) -> bool;

    /// Sends it a signal; nothing happens when it has ended.
    ///
    /// # Errors
    /// When the kernel refuses.
    fn signal(&self, process: ProcessId, signal: i32) -> io::Result<()>;

    /// Waits until it has ended; how it ended (wait(2)), if that is known.
    async fn ended(&self, process: ProcessId) -> Option<i32>;

    /// What this process can give to those that it has started.
    fn limits(&self) -> Limits;

    /// Ends everything in a control group.
    fn kill_group(&self, cgroup: &str);

    /// Makes a control group, with memory kept for it.
    ///
    /// # Errors
    /// When the kernel refuses.
    fn make_group(&self, cgroup: &str, memory: Option<u64>) -> Result<(), minos_sys::CgroupError>;
}

/// The running kernel.
#[derive(Debug, Clone, Default)]
pub struct LinuxProcesses {
    exits: Exits,
}

impl LinuxProcesses {
    /// Processes whose ends `exits` reports.
    pub fn new(exits: Exits) -> Self {
        Self { exits }
    }
}

#[async_trait]
impl Processes for LinuxProcesses {
    fn start(&self, spec: &SpawnSpec) -> Result<ProcessId, SpawnError> {
        let started = spawn(spec)?;
        self.exits.forget(started.pid);
        // A process that has ended already has no start time, and is not alive.
        let at = process_start_time(started.pid).unwrap_or_default();
        Ok(ProcessId { pid: started.pid, started: at })
    }

    fn is_alive(&self, process: ProcessId) -> bool {
        is_alive(process)
    }

    fn signal(&self, process: ProcessId, signal: i32) -> io::Result<()> {
        let Ok(pidfd) = open_pid(process.pid) else { return Ok(()) };
        // Looked at after the descriptor was opened: it is this process that gets the signal.
        if is_alive(process) { send_signal(pidfd, signal) } else { Ok(()) }
    }

    async fn ended(&self, process: ProcessId) -> Option<i32> {
        if let Ok(pidfd) = open_pid(process.pid)
            && is_alive(process)
            && let Ok(pidfd) = Readiness::of(pidfd)
        {
            // Readable means ended; an error means that it cannot be watched, and the status tells.
            drop(pidfd.readable().await);
        }
        self.exits.status(process.pid).await
    }

    fn limits(&self) -> Limits {
        Limits::current().unwrap_or(Limits::NONE)
    }

    fn kill_group(&self, cgroup: &str) {
        // A group that is not there has nothing to end.
        drop(minos_sys::Cgroup::new(cgroup).kill());
    }

    fn make_group(&self, cgroup: &str, memory: Option<u64>) -> Result<(), minos_sys::CgroupError> {
        let group = minos_sys::Cgroup::new(cgroup);
        group.create()?;
        memory.map_or(Ok(()), |bytes| group.reserve_memory(bytes))
    }
}
