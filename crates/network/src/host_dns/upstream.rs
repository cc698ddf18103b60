//! The DNS servers that questions go to, and which of them are asked first.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use thiserror::Error;
use tokio::sync::{Notify, OwnedSemaphorePermit};
use tokio::time::{Instant, sleep_until, timeout};

use super::message::{Query, Reply};
use super::sockets::{DnsSockets, ExchangeError};

/// How long a server may take. Clients give up after five seconds.
pub(super) const PATIENCE: Duration = Duration::from_secs(2);
/// How long a server may take that did not answer the last time.
const PATIENCE_WITH_FAILED: Duration = Duration::from_millis(500);
/// After this time the next server is asked as well.
const STAGGER: Duration = Duration::from_millis(500);
/// How long all of them together may take.
const PATIENCE_WITH_ALL: Duration = Duration::from_millis(4500);

/// A DNS server.
#[derive(Debug)]
pub(super) struct Upstream {
    address: SocketAddr,
    healthy: AtomicBool,
}

/// How a question is sent, and who is notified when a server's health changes.
#[derive(Clone)]
pub(super) struct Line {
    pub(super) sockets: Arc<dyn DnsSockets>,
    pub(super) health: Arc<Notify>,
}

/// No server answered.
#[derive(Debug, Error)]
pub(super) enum AskError {
    /// There is none.
    #[error("there is no DNS server to ask")]
    NoServer,
    /// None did within its time.
    #[error("no DNS server answers")]
    NoAnswer,
}

impl Upstream {
    pub(super) fn new(address: SocketAddr) -> Arc<Self> {
        Arc::new(Self { address, healthy: AtomicBool::new(true) })
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Whether it answered when it was asked last.
    pub(super) fn is_healthy(&self) -> bool {
        self.healthy.load(Ordering::Relaxed)
    }

    fn patience(&self) -> Duration {
        if self.is_healthy() { PATIENCE } else { PATIENCE_WITH_FAILED }
    }

    /// Asks it, and notes whether it answers in time.
    pub(super) async fn ask(&self, line: &Line, query: &Query, patience: Duration) -> Result<Reply, ExchangeError> {
        let asked = timeout(patience, line.sockets.exchange(self.address, query)).await;
        let result = asked.unwrap_or(Err(ExchangeError::NoAnswer));
        if self.healthy.swap(result.is_ok(), Ordering::Relaxed) != result.is_ok() {
            match &result {
                Ok(_) => tracing::info!(server = %self.address, "a DNS server answers again"),
                Err(error) => tracing::warn!(server = %self.address, %error, "a DNS server does not answer"),
            }
            line.health.notify_one();
        }
        result
    }
}

/// Asks `servers` until one knows. Those that answer are asked before those that did not lately; the next one is asked
/// when one fails or is slow. A server that says that it failed, or that it refuses, counts only when no other knows
/// better. When no server answered lately all are asked at once, and for a short time, so that clients on a machine
/// without a network do not wait.
///
/// `permit` is held until every server that was asked has answered or had its time.
pub(super) async fn ask(
    servers: &[Arc<Upstream>],
    line: &Line,
    query: &Arc<Query>,
    permit: Option<OwnedSemaphorePermit>,
) -> Result<Reply, AskError> {
    if servers.is_empty() {
        return Err(AskError::NoServer);
    }
    let asked = timeout(PATIENCE_WITH_ALL, ask_in_order(servers, line, query, permit)).await;
    asked.ok().flatten().ok_or(AskError::NoAnswer)
}

async fn ask_in_order(
    servers: &[Arc<Upstream>],
    line: &Line,
    query: &Arc<Query>,
    permit: Option<OwnedSemaphorePermit>,
) -> Option<Reply> {
    let permit = Arc::new(permit);
    let (healthy, failed): (Vec<_>, Vec<_>) = servers.iter().cloned().partition(|server| server.is_healthy());
    let stagger = if healthy.is_empty() { Duration::ZERO } else { STAGGER };
    let mut waiting = healthy.into_iter().chain(failed).peekable();
    let mut asked = FuturesUnordered::new();
    let mut next = Instant::now();
    let mut last_failure = None;
    loop {
        tokio::select! {
            biased;
            Some(answer) = asked.next(), if !asked.is_empty() => {
                match answer {
                    Ok(Ok::<Reply, ExchangeError>(reply)) if !reply.is_failure() => return Some(reply),
                    Ok(Ok(reply)) => last_failure = Some(reply),
                    Ok(Err(_)) | Err(_) => {}
                }
                next = Instant::now();
            }
            () = sleep_until(next), if waiting.peek().is_some() => {
                if let Some(server) = waiting.next() {
                    // A task of its own: a slow server that another one overtakes is still found out.
                    let (line, query, permit) = (line.clone(), Arc::clone(query), Arc::clone(&permit));
                    asked.push(tokio::spawn(async move {
                        let _permit = permit;
                        server.ask(&line, &query, server.patience()).await
                    }));
                }
                next = Instant::now() + stagger;
            }
            else => return last_failure,
        }
    }
}
