//! A node under a runner of others: the container image under `runc`, with what Docker gives a container that is
//! started as docs/containers.md says.

mod bundle;
mod capabilities;
mod network;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};

use crate::wait::until;

pub use bundle::{Bundle, Container};
pub use network::{NODE, NodeNamespace};

/// A container that `runc` runs; it is gone when this is.
pub struct Running {
    runc: PathBuf,
    /// Where `runc` keeps what it knows.
    state: PathBuf,
    id: String,
    child: Child,
    /// The container's PID 1, as this host numbers it.
    pub init: i32,
}

impl Running {
    /// Runs the bundle in a folder. What the container prints is appended to `console`.
    pub fn start(runc: &Path, bundle: &Path, id: &str, console: &Path) -> Result<Self> {
        let state = bundle.join("state");
        let pid_file = bundle.join("pid");
        let log = File::options().create(true).append(true).open(console)?;
        let mut command = Command::new(runc);
        command.arg("--root").arg(&state).args(["run", "--bundle"]).arg(bundle);
        command.arg("--pid-file").arg(&pid_file).arg(id);
        command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        let child = command.spawn().with_context(|| format!("cannot run {}", runc.display()))?;
        let mut running = Self { runc: runc.to_owned(), state, id: id.to_owned(), child, init: 0 };
        running.init = until("the container's PID 1", Duration::from_secs(30), || {
            let text = std::fs::read_to_string(&pid_file).context("runc says no process id")?;
            text.trim().parse().with_context(|| format!("the process id is {text:?}"))
        })?;
        std::fs::remove_file(&pid_file)?;
        Ok(running)
    }

    /// Sends a signal to the container's PID 1.
    pub fn kill(&self, signal: &str) -> Result<()> {
        let sent = self.runc(&["kill", &self.id, signal])?;
        ensure!(sent.status.success(), "runc kill: {}", String::from_utf8_lossy(&sent.stderr));
        Ok(())
    }

    /// How it ended, once it has within that time.
    pub fn ended_within(&mut self, patience: Duration) -> Result<ExitStatus> {
        let begin = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait()? {
                return Ok(status);
            }
            if begin.elapsed() > patience {
                bail!("the container still runs after {} s", patience.as_secs());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn runc(&self, arguments: &[&str]) -> Result<std::process::Output> {
        Ok(Command::new(&self.runc).arg("--root").arg(&self.state).args(arguments).output()?)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            // Whatever cannot be ended or removed is found by who looks for what is left.
            drop(self.runc(&["kill", &self.id, "KILL"]));
            drop(self.child.wait());
        }
        drop(self.runc(&["delete", "--force", &self.id]));
    }
}
