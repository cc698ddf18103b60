//! Answers questions: from the cache, else from a server.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use hickory_proto::op::ResponseCode;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};

use super::cache::Cache;
use super::message::{Query, Unanswerable};
use super::sockets::DnsSockets;
use super::upstream::{Line, PATIENCE, Upstream, ask};

/// Questions that may wait for a server at the same time. More are answered SERVFAIL at once.
const IN_FLIGHT: usize = 256;

/// How often a server that does not answer is asked again: first, and at most.
const PROBE_FIRST: Duration = Duration::from_secs(1);
const PROBE_LAST: Duration = Duration::from_secs(16);

/// What all listeners share. Cheap to clone.
#[derive(Clone)]
pub(super) struct Resolver {
    shared: Arc<Shared>,
}

struct Shared {
    line: Line,
    state: Mutex<State>,
    in_flight: Arc<Semaphore>,
}

#[derive(Default)]
struct State {
    servers: Vec<Arc<Upstream>>,
    cache: Cache,
    /// Rises with each change of the servers: what the old ones said is not kept.
    generation: u64,
}

/// How a question came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Transport {
    Udp,
    Tcp,
}

/// What a question gets.
#[derive(Debug)]
pub(super) enum Step {
    /// Nothing.
    Drop,
    /// This answer, at once.
    Answer(Vec<u8>),
    /// A server has to be asked: [`Resolver::forward`].
    Forward(Forward),
}

/// A question that waits for a server.
#[derive(Debug)]
pub(super) struct Forward {
    query: Arc<Query>,
    permit: OwnedSemaphorePermit,
}

impl Resolver {
    pub(super) fn new(sockets: Arc<dyn DnsSockets>) -> Self {
        let line = Line { sockets, health: Arc::new(Notify::new()) };
        let in_flight = Arc::new(Semaphore::new(IN_FLIGHT));
        Self { shared: Arc::new(Shared { line, state: Mutex::default(), in_flight }) }
    }

    /// Replaces the servers; those that stay keep their health. Answers of other servers are forgotten. Says whether
    /// anything changed.
    pub(super) fn set_servers(&self, addresses: &[SocketAddr]) -> bool {
        let mut state = self.state();
        if state.servers.iter().map(|server| server.address()).eq(addresses.iter().copied()) {
            return false;
        }
        let known = |address: &SocketAddr| state.servers.iter().find(|server| server.address() == *address).cloned();
        let servers = addresses.iter().map(|address| known(address).unwrap_or_else(|| Upstream::new(*address)));
        state.servers = servers.collect();
        state.cache.clear();
        state.generation += 1;
        true
    }

    /// The servers with their health.
    pub(super) fn servers(&self) -> Vec<(SocketAddr, bool)> {
        self.state().servers.iter().map(|server| (server.address(), server.is_healthy())).collect()
    }

    /// Answers `message` if that needs no server.
    pub(super) fn begin(&self, message: &[u8], transport: Transport) -> Step {
        let query = match Query::read(message) {
            Ok(query) => query,
            Err(Unanswerable::Drop) => return Step::Drop,
            Err(Unanswerable::Refuse(answer)) => return Step::Answer(answer),
        };
        let kept = query.key().and_then(|key| self.state().cache.get(key));
        if let Some((reply, age)) = kept {
            return Step::Answer(fit(reply.answer(&query, age), &query, transport));
        }
        if self.state().servers.is_empty() {
            return Step::Answer(query.refuse(ResponseCode::ServFail));
        }
        match Arc::clone(&self.shared.in_flight).try_acquire_owned() {
            Ok(permit) => Step::Forward(Forward { query: Arc::new(query), permit }),
            Err(_) => Step::Answer(query.refuse(ResponseCode::ServFail)),
        }
    }

    /// Asks the servers.
    pub(super) async fn forward(&self, forward: Forward, transport: Transport) -> Vec<u8> {
        let Forward { query, permit } = forward;
        let (servers, generation) = {
            let state = self.state();
            (state.servers.clone(), state.generation)
        };
        let reply = match ask(&servers, &self.shared.line, &query, Some(permit)).await {
            Ok(reply) => Arc::new(reply),
            Err(error) => {
                tracing::debug!(%error, "a question stays without an answer");
                return query.refuse(ResponseCode::ServFail);
            }
        };
        if let Some(key) = query.key() {
            let mut state = self.state();
            if state.generation == generation {
                state.cache.put(key.into(), &reply);
            }
        }
        fit(reply.answer(&query, Duration::ZERO), &query, transport)
    }

    /// Answers `message`, however long that takes; `None` when it gets no answer.
    pub(super) async fn answer(&self, message: &[u8], transport: Transport) -> Option<Vec<u8>> {
        match self.begin(message, transport) {
            Step::Drop => None,
            Step::Answer(answer) => Some(answer),
            Step::Forward(forward) => Some(self.forward(forward, transport).await),
        }
    }

    /// Asks servers that did not answer until they do, less and less often, and calls `changed` at each change of a
    /// server's health. Servers that answer are not asked.
    pub(super) async fn watch_health(self, changed: impl Fn()) {
        let mut delay = PROBE_FIRST;
        let mut known = self.servers();
        loop {
            if known.iter().all(|(_, healthy)| *healthy) {
                delay = PROBE_FIRST;
                self.shared.line.health.notified().await;
            } else if tokio::time::timeout(delay, self.shared.line.health.notified()).await.is_err() {
                delay = (delay * 2).min(PROBE_LAST);
                self.probe_failed().await;
            }
            let now = self.servers();
            if now != known {
                known = now;
                changed();
            }
        }
    }

    async fn probe_failed(&self) {
        let failed: Vec<_> = self.state().servers.iter().filter(|server| !server.is_healthy()).cloned().collect();
        let query = Query::probe();
        let line = &self.shared.line;
        let asked = failed.iter().map(|server| server.ask(line, &query, PATIENCE));
        futures_util::future::join_all(asked).await;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.shared.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn fit(answer: Vec<u8>, query: &Query, transport: Transport) -> Vec<u8> {
    if transport == Transport::Udp { query.fit_datagram(answer) } else { answer }
}
