//! The loop that asks servers and sets the clock.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use minos_runtime::{Key, Waker};

use super::filter::{Filter, Verdict};
use crate::{Clock, TimeServers};

/// How long to wait when no server answers, at first and at most.
const RETRY: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(32));

/// What the loop has reached.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Progress {
    /// A server has confirmed the clock, or it was set.
    pub(crate) synced: bool,
    /// How often it jumped.
    pub(crate) epoch: i64,
}

/// [`Progress`], shared with the controller.
pub(crate) type SharedProgress = Arc<Mutex<Progress>>;

pub(crate) fn read(progress: &SharedProgress) -> Progress {
    *progress.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Asks forever.
pub(crate) async fn run(
    servers: Vec<String>,
    network: Arc<dyn TimeServers>,
    clock: Arc<dyn Clock>,
    progress: SharedProgress,
    waker: Waker,
) {
    let (mut filter, mut retry, mut said) = (Filter::new(), RETRY.0, false);
    let mut turn = 0;
    loop {
        let server = &servers[turn % servers.len()];
        let answer = match network.ask(server).await {
            Ok(answer) => answer,
            Err(error) => {
                if !said {
                    tracing::warn!(server, %error, "a time server does not answer");
                    said = true;
                }
                turn += 1;
                tokio::time::sleep(retry).await;
                retry = (retry * 2).min(RETRY.1);
                continue;
            }
        };
        (retry, said) = (RETRY.0, false);
        let jumped = match filter.judge(answer) {
            Verdict::Spike => {
                tokio::time::sleep(filter.poll()).await;
                continue;
            }
            Verdict::Good => false,
            Verdict::Step(offset) => match clock.set(shifted(clock.now(), offset)) {
                Ok(()) => {
                    tracing::info!(server, offset_ms = offset / 1_000_000, "the clock was set");
                    true
                }
                Err(error) => {
                    tracing::error!(%error, "the clock cannot be set");
                    tokio::time::sleep(RETRY.1).await;
                    continue;
                }
            },
        };
        {
            let mut progress = progress.lock().unwrap_or_else(PoisonError::into_inner);
            progress.synced = true;
            progress.epoch += i64::from(jumped);
        }
        waker.wake(Key::all());
        tokio::time::sleep(filter.poll()).await;
    }
}

fn shifted(now: SystemTime, nanos: i64) -> SystemTime {
    let by = Duration::from_nanos(nanos.unsigned_abs());
    let moved = if nanos < 0 { now.checked_sub(by) } else { now.checked_add(by) };
    moved.unwrap_or(now)
}
