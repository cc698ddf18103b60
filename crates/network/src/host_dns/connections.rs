//! Clients that are connected over TCP.
//!
//! A new client is always accepted as long as a connection is idle: the one that is idle for longest is closed for it. So
//! connections that nobody uses keep nobody away, and one client with many takes only from itself.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::timeout;

use super::resolver::{Resolver, Transport};
use super::sockets::{read_message, write_message};

/// Connections at the same time.
pub(super) const CONNECTIONS: usize = 64;
/// Those of one client: the cluster's DNS, which asks for all pods, is one.
pub(super) const OF_ONE_CLIENT: usize = 32;
/// How long a client may take to accept an answer.
const WRITE: Duration = Duration::from_secs(5);

/// All connections; they end when it is dropped.
pub(super) struct Connections {
    open: Vec<Connection>,
    tasks: JoinSet<()>,
    order: Arc<AtomicU64>,
    idle: Duration,
}

struct Connection {
    client: IpAddr,
    idle: Idle,
    task: AbortHandle,
}

/// When a connection became idle, in the order in which connections did.
#[derive(Clone)]
struct Idle {
    since: Arc<AtomicU64>,
    order: Arc<AtomicU64>,
}

impl Idle {
    const BUSY: u64 = 0;

    fn begin(&self) {
        self.since.store(self.order.fetch_add(1, Ordering::Relaxed), Ordering::Relaxed);
    }

    fn end(&self) {
        self.since.store(Idle::BUSY, Ordering::Relaxed);
    }

    fn since(&self) -> Option<u64> {
        Some(self.since.load(Ordering::Relaxed)).filter(|since| *since != Idle::BUSY)
    }
}

impl Connections {
    /// None yet; each may be idle for this long.
    pub(super) fn new(idle: Duration) -> Self {
        Self { open: Vec::new(), tasks: JoinSet::new(), order: Arc::new(AtomicU64::new(Idle::BUSY + 1)), idle }
    }

    /// Forgets connections as they end.
    pub(super) async fn reap(&mut self) {
        match self.tasks.join_next().await {
            Some(_) => self.open.retain(|one| !one.task.is_finished()),
            None => std::future::pending().await,
        }
    }

    /// Answers a client, unless every connection that could be closed for it is waiting for an answer.
    pub(super) fn serve(&mut self, stream: TcpStream, client: IpAddr, resolver: Resolver) {
        let client = client.to_canonical();
        if !self.make_room(client) {
            return;
        }
        let idle = Idle { since: Arc::default(), order: Arc::clone(&self.order) };
        idle.begin();
        let task = self.tasks.spawn(answer(stream, resolver, idle.clone(), self.idle));
        self.open.push(Connection { client, idle, task });
    }

    /// Whether there is room for one more of a client, once the oldest idle connection is closed if it has to be.
    fn make_room(&mut self, client: IpAddr) -> bool {
        self.open.retain(|one| !one.task.is_finished());
        let own = self.open.iter().filter(|one| one.client == client).count();
        if own < OF_ONE_CLIENT && self.open.len() < CONNECTIONS {
            return true;
        }
        let closable = |one: &Connection| own < OF_ONE_CLIENT || one.client == client;
        let idle = self.open.iter().enumerate().filter(|(_, one)| closable(one));
        let oldest = idle.filter_map(|(at, one)| Some((one.idle.since()?, at))).min();
        let Some((_, at)) = oldest else { return false };
        self.open.swap_remove(at).task.abort();
        true
    }
}

/// One question after the other, until the client is idle for too long or sends what is no question.
async fn answer(mut stream: TcpStream, resolver: Resolver, idle: Idle, limit: Duration) {
    // Without it the kernel would wait for more to send together with a short answer.
    let _ = stream.set_nodelay(true);
    while let Ok(Ok(message)) = timeout(limit, read_message(&mut stream)).await {
        idle.end();
        let Some(answer) = resolver.answer(&message, Transport::Tcp).await else {
            return;
        };
        if !matches!(timeout(WRITE, write_message(&mut stream, &answer)).await, Ok(Ok(()))) {
            return;
        }
        idle.begin();
    }
}

#[cfg(test)]
mod tests;
