//! The operating system's own processes.

use std::time::Duration;

use anyhow::{Context as _, Result};
use minos_api::client::Connection;
use minos_api::machine::ProcessInfo;

use crate::report::Row;

/// How long the node is watched while nobody asks it anything.
const IDLE: Duration = Duration::from_secs(60);

/// A program of the system's own, and the control group that it has for itself.
pub struct Program {
    pub name: &'static str,
    pub path: &'static str,
    pub group: Option<&'static str>,
}

/// `init` and `machined` share one group.
pub const PROGRAMS: [Program; 4] = [
    Program { name: "init", path: "/usr/bin/init", group: None },
    Program { name: "machined", path: "/usr/bin/machined", group: Some("init") },
    Program { name: "apid", path: "/usr/bin/apid", group: Some("system/apid") },
    Program { name: "device manager", path: "/usr/lib/systemd/systemd-udevd", group: Some("system/udevd") },
];

impl Program {
    pub fn runs(&self, process: &ProcessInfo) -> bool {
        process.args.split(' ').next() == Some(self.path)
    }
}

pub async fn list(connection: &Connection) -> Result<Vec<ProcessInfo>> {
    let reply = connection.machine().processes(()).await?.into_inner();
    Ok(reply.messages.into_iter().next().context("no node answered with its processes")?.processes)
}

/// Seconds of processor time that a program took so far. The kernel counts in hundredths.
pub fn processor_time(processes: &[ProcessInfo], program: &Program) -> f64 {
    processes.iter().filter(|process| program.runs(process)).map(|process| process.cpu_time).sum()
}

/// Processor time of all of them while the node is idle, Kubernetes' own traffic with the node included.
pub async fn idle(connection: &Connection) -> Result<Row> {
    let before = list(connection).await?;
    tokio::time::sleep(IDLE).await;
    let after = list(connection).await?;
    let sum = |processes: &[ProcessInfo]| -> f64 { PROGRAMS.iter().map(|one| processor_time(processes, one)).sum() };
    let millicores = (sum(&after) - sum(&before)) / IDLE.as_secs_f64() * 1e3;
    Ok(Row::new("all of them: processor while idle", millicores, "mCPU").budget(3.0))
}
