//! Waiting for nodes that go down or come back.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::time::Duration;

use anyhow::{Result, bail};
use clap::{Args, ValueEnum};
use futures_util::future::{Either, join_all, select};
use futures_util::{StreamExt as _, pin_mut};
use minos_api::client::Target;
use minos_api::machine::{DmesgRequest, ReadRequest};
use tokio::time::{Instant, sleep, timeout};
use tonic::Code;

use super::get;
use crate::output::{duration, parse_duration, text};
use crate::session::Session;

/// How long to wait for a node, unless the user says otherwise.
const WAIT: &str = "30m";
/// How long a node has to answer one question.
const PROBE: Duration = Duration::from_secs(5);
const PAUSE: Duration = Duration::from_secs(1);
/// Lines of a node's kernel log that are kept while it is watched.
const KEPT: usize = 2000;

/// Whether and how long to wait.
#[derive(Args)]
pub struct Track {
    /// Wait until it is done; always with --debug
    #[arg(long, default_value_t = true, action = clap::ArgAction::Set, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    wait: bool,
    /// How long to wait
    #[arg(long, value_name = "TIME", default_value = WAIT, value_parser = parse_duration)]
    pub timeout: Duration,
    /// If it fails, print what the kernels of the nodes said meanwhile
    #[arg(long)]
    debug: bool,
}

/// How progress is shown.
#[derive(Clone, Copy, ValueEnum)]
pub enum Progress {
    /// As fits the terminal
    Auto,
    /// Line by line
    Plain,
}

impl Track {
    /// Whether the command goes on until the nodes are where they should be.
    pub fn waits(&self) -> bool {
        self.wait || self.debug
    }

    /// Runs what waits for the nodes; with --debug, the nodes' kernels are listened to meanwhile.
    pub async fn run(&self, session: &Session, wait: impl Future<Output = Result<()>>) -> Result<()> {
        if !self.debug {
            return wait.await;
        }
        let logs: Vec<_> = session.targets().into_iter().map(|(node, target)| Log::new(node, target)).collect();
        let follow = join_all(logs.iter().map(|log| log.follow(session)));
        pin_mut!(wait, follow);
        let outcome = match select(wait, follow).await {
            Either::Left((outcome, _)) => outcome,
            Either::Right((_, wait)) => wait.await,
        };
        if outcome.is_err() {
            let nodes: Vec<_> = logs.iter().map(|log| &log.node).collect();
            eprintln!("console logs for nodes {nodes:?}:");
            logs.iter().for_each(Log::print);
        }
        outcome
    }
}

/// The last lines of a node's kernel log.
struct Log {
    node: String,
    target: Target,
    lines: RefCell<VecDeque<String>>,
}

impl Log {
    fn new(node: String, target: Target) -> Log {
        Log { node, target, lines: RefCell::default() }
    }

    /// Follows the log across restarts of the node; never ends.
    async fn follow(&self, session: &Session) {
        loop {
            let request = self.target.request(DmesgRequest { follow: true, tail: true });
            if let Ok(reply) = session.connection.machine().dmesg(request).await {
                let mut reply = reply.into_inner();
                while let Some(Ok(data)) = reply.next().await {
                    let mut lines = self.lines.borrow_mut();
                    lines.extend(String::from_utf8_lossy(&data.bytes).lines().map(str::to_owned));
                    let surplus = lines.len().saturating_sub(KEPT);
                    lines.drain(..surplus);
                }
            }
            sleep(PAUSE).await;
        }
    }

    fn print(&self) {
        self.lines.borrow().iter().for_each(|line| eprintln!("{}: {line}", self.node));
    }
}

/// Asks again and again, and says what it waits for whenever that changes.
pub async fn wait_for(what: &str, limit: Duration, ask: impl AsyncFn() -> Result<(), String>) -> Result<()> {
    let start = Instant::now();
    let mut told = String::new();
    loop {
        let Err(reason) = ask().await else {
            eprintln!("waiting for {what}: done after {}", duration(start.elapsed()));
            return Ok(());
        };
        if start.elapsed() > limit {
            bail!("waited {} for {what}, but {reason}", duration(limit));
        }
        if reason != told {
            eprintln!("waiting for {what}: {reason}");
            told = reason;
        }
        sleep(PAUSE).await;
    }
}

/// Waits until a node answers no more.
pub async fn wait_until_down(session: &Session, node: &str, target: &Target, limit: Duration) -> Result<()> {
    let down = async || match timeout(PROBE, session.connection.machine().version(target.request(()))).await {
        Ok(Ok(_)) => Err("it still answers".to_owned()),
        _ => Ok(()),
    };
    wait_for(&format!("{node} to be down"), limit, down).await?;
    eprintln!("{node:?}: events check condition met");
    Ok(())
}

/// Waits until a node has started anew since `before` and is ready.
pub async fn wait_until_back(
    session: &Session,
    node: &str,
    target: &Target,
    before: Option<&str>,
    limit: Duration,
) -> Result<()> {
    let back = async || {
        match boot_id(session, target).await {
            Ok(Some(now)) if before == Some(now.as_str()) => return Err("it has not gone down yet".to_owned()),
            Ok(_) => {}
            Err(_) => return Err("it is down".to_owned()),
        }
        match timeout(PROBE, stage(session, target)).await {
            Ok(Ok(stage)) => stage,
            _ => Err("it is starting".to_owned()),
        }
    };
    wait_for(&format!("{node} to be back"), limit, back).await?;
    eprintln!("{node:?}: events check condition met");
    eprintln!("{node:?}: post check passed");
    Ok(())
}

/// Whether a node runs and is ready, else what is missing.
async fn stage(session: &Session, target: &Target) -> Result<Result<(), String>> {
    let status = session.state(target).get("runtime", "MachineStatuses.runtime.talos.dev", "machine").await?;
    let spec = get::spec(&status)?;
    let stage = text(&spec["stage"]);
    if stage != "running" {
        return Ok(Err(format!("it is {stage}")));
    }
    if spec["status"]["ready"] == true {
        return Ok(Ok(()));
    }
    let unmet = spec["status"]["unmetConditions"].as_array().into_iter().flatten();
    let names: Vec<_> = unmet.map(|condition| text(&condition["name"])).collect();
    Ok(Err(format!("it is not ready: {}", names.join(", "))))
}

/// What tells one start of a node from the next; none when the caller may not read it.
pub async fn boot_id(session: &Session, target: &Target) -> Result<Option<String>> {
    let request = target.request(ReadRequest { path: "/proc/sys/kernel/random/boot_id".into() });
    let read = async {
        let mut chunks = session.connection.machine().read(request).await?.into_inner();
        let mut id = String::new();
        while let Some(chunk) = chunks.next().await {
            id.push_str(&String::from_utf8_lossy(&chunk?.bytes));
        }
        Ok(id.trim().to_owned())
    };
    match timeout(PROBE, read).await {
        Ok(Ok(id)) => Ok(Some(id)),
        Ok(Err(status)) if tonic::Status::code(&status) == Code::PermissionDenied => Ok(None),
        Ok(Err(status)) => Err(status.into()),
        Err(_) => bail!("no answer within {}", duration(PROBE)),
    }
}
