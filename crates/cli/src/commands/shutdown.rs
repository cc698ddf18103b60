use std::time::Duration;

use anyhow::{Result, bail};
use clap::Args;
use futures_util::StreamExt as _;
use minos_api::client::Target;
use minos_api::machine::{ReadRequest, ShutdownRequest};
use tokio::time::{Instant, sleep, timeout};

use crate::globals::Globals;
use crate::output::{duration, parse_duration};
use crate::session::Session;

/// How long to wait for a node, unless the user says otherwise.
pub const WAIT: &str = "30m";

/// Turn nodes off
#[derive(Args)]
#[command(after_help = "\
Examples:
  minosctl -n 10.5.0.2 shutdown
  minosctl -n 10.5.0.2 shutdown --force   without moving its pods away first")]
pub struct Shutdown {
    /// Do not cordon and drain first
    #[arg(long)]
    force: bool,
    /// Wait until the nodes are down
    #[arg(long, default_value_t = true, action = clap::ArgAction::Set, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    wait: bool,
    /// How long to wait
    #[arg(long, value_name = "TIME", default_value = WAIT, value_parser = parse_duration)]
    timeout: Duration,
}

impl Shutdown {
    pub fn run(self, globals: &Globals) -> Result<()> {
        globals.online(async |session: Session| {
            let request = session.request(ShutdownRequest { force: self.force });
            let replies = session.connection.machine().shutdown(request).await?.into_inner();
            session.each(replies.messages, |_, _| Ok(()))?;
            if !self.wait {
                return Ok(());
            }
            for (node, target) in session.targets() {
                let down = async || match timeout(PROBE, session.connection.machine().version(target.request(()))).await
                {
                    Ok(Ok(_)) => Err("it still answers".to_owned()),
                    _ => Ok(()),
                };
                wait_for(&format!("{node} to be down"), self.timeout, down).await?;
            }
            Ok(())
        })
    }
}

const PROBE: Duration = Duration::from_secs(5);
const PAUSE: Duration = Duration::from_secs(1);

/// Asks again and again, telling what it waits for whenever that changes.
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

/// What tells one start of a node from the next.
pub async fn boot_id(session: &Session, target: &Target) -> Result<String> {
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
        Ok(id) => id,
        Err(_) => bail!("no answer within {}", duration(PROBE)),
    }
}
