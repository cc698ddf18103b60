//! Drives a client: sockets, timers, and where its leases are kept.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use minos_netlink::{DhcpSocket, DhcpSockets, LinkIndex, NetError, Records};
use minos_runtime::Waker;

use super::client::{Action, Channel, Client};
use super::lease::Held;
use super::message::{self, Identity};

/// How long to wait after an operation that the kernel refused.
const AFTER_ERROR: Duration = Duration::from_secs(2);

/// The leases of all links, in memory and on record.
#[derive(Clone)]
pub(crate) struct Leases {
    records: Arc<dyn Records>,
    held: Arc<Mutex<HashMap<String, Held>>>,
}

/// What a client needs to start.
pub(crate) struct Start {
    /// The operator's id, under which its lease is kept.
    pub(crate) key: String,
    /// The link.
    pub(crate) link: LinkIndex,
    /// Who the client is.
    pub(crate) identity: Identity,
    /// Where sockets come from.
    pub(crate) sockets: Arc<dyn DhcpSockets>,
    /// Whether a lease on record may be used without asking.
    pub(crate) trust: bool,
}

impl Leases {
    /// Leases on record in `records`.
    pub(crate) fn new(records: Arc<dyn Records>) -> Self {
        Self { records, held: Arc::default() }
    }

    /// The lease of `key` that may be used now.
    pub(crate) fn get(&self, key: &str) -> Option<Held> {
        let now = self.records.uptime();
        let mut held = self.lock();
        if !held.contains_key(key) {
            let text = self.records.load(key)?;
            match serde_json::from_str(&text) {
                Ok(found) => {
                    held.insert(key.to_owned(), found);
                }
                Err(error) => tracing::warn!(%error, key, "the lease on record cannot be read"),
            }
        }
        held.get(key).filter(|held| held.is_valid(now)).cloned()
    }

    /// Forgets the lease of `key`.
    pub(crate) fn forget(&self, key: &str) {
        self.lock().remove(key);
        if let Err(error) = self.records.forget(key) {
            tracing::warn!(%error, key, "cannot forget a lease");
        }
    }

    /// The clock by which leases count.
    pub(crate) fn now(&self) -> Duration {
        self.records.uptime()
    }

    fn put(&self, key: &str, held: Held) {
        let saved = serde_json::to_string(&held).map_err(std::io::Error::from);
        if let Err(error) = saved.and_then(|text| self.records.save(key, &text)) {
            tracing::warn!(%error, key, "cannot put a lease on record; after a restart it will be asked for again");
        }
        self.lock().insert(key.to_owned(), held);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Held>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gets and keeps a lease; never ends.
    pub(crate) async fn run(self, start: Start, waker: Waker) {
        let held = self.get(&start.key);
        let seed = seed(&start.identity);
        let client = Client::new(start.identity.mac, seed, self.records.uptime(), held, start.trust);
        Driver { leases: self, start, waker, client, socket: None }.run().await;
    }
}

struct Driver {
    leases: Leases,
    start: Start,
    waker: Waker,
    client: Client,
    socket: Option<(Channel, Box<dyn DhcpSocket>)>,
}

impl Driver {
    async fn run(mut self) {
        loop {
            let actions = self.client.tick(self.now());
            if let Err(error) = self.act(actions).await {
                tracing::debug!(%error, key = self.start.key, "the DHCP client tries again");
                self.socket = None;
                tokio::time::sleep(AFTER_ERROR).await;
                continue;
            }
            let pause = self.client.due().saturating_sub(self.now());
            let Some((_, socket)) = &self.socket else {
                tokio::time::sleep(pause).await;
                continue;
            };
            let received = tokio::select! {
                received = socket.receive() => Some(received),
                () = tokio::time::sleep(pause) => None,
            };
            match received {
                None => {}
                Some(Ok(bytes)) => self.hear(&bytes).await,
                Some(Err(error)) => {
                    // For example a server that is gone answers a renewal with "port unreachable".
                    tracing::debug!(%error, key = self.start.key, "cannot receive");
                    self.socket = None;
                    tokio::time::sleep(pause.min(AFTER_ERROR)).await;
                }
            }
        }
    }

    async fn hear(&mut self, bytes: &[u8]) {
        let Some(reply) = message::decode(bytes) else {
            return;
        };
        let actions = self.client.receive(self.now(), &reply);
        if let Err(error) = self.act(actions).await {
            tracing::debug!(%error, key = self.start.key, "cannot answer a DHCP server");
        }
    }

    async fn act(&mut self, actions: Vec<Action>) -> Result<(), NetError> {
        let key = self.start.key.clone();
        for action in actions {
            match action {
                Action::Send(request) => {
                    self.open()?;
                    let bytes = message::encode(&request, &self.start.identity);
                    if let Some((_, socket)) = &self.socket {
                        let sent = socket.send(&bytes).await;
                        sent.map_err(|error| NetError::new(format!("send a DHCP message for {key}"), error))?;
                    }
                }
                Action::Configure(held) => {
                    let (address, server, time) = (held.lease.address, held.lease.server, held.lease.time);
                    tracing::info!(%address, %server, ?time, key, "leased an address");
                    self.leases.put(&key, held);
                    self.waker.wake(key.as_str());
                }
                Action::Withdraw => {
                    tracing::info!(key, "the lease is over");
                    self.leases.forget(&key);
                    self.waker.wake(key.as_str());
                }
            }
        }
        if self.client.channel() == Channel::Closed {
            self.socket = None;
        }
        Ok(())
    }

    /// Opens the socket that the client needs now, unless it is open.
    fn open(&mut self) -> Result<(), NetError> {
        let channel = self.client.channel();
        if self.socket.as_ref().is_some_and(|(open, _)| *open == channel) {
            return Ok(());
        }
        self.socket = None;
        let (sockets, link) = (&self.start.sockets, self.start.link);
        self.socket = match channel {
            Channel::Closed => None,
            Channel::Broadcast(from) => Some((channel, sockets.broadcast(link, from)?)),
            Channel::Unicast(from, server) => Some((channel, sockets.unicast(link, from, server)?)),
        };
        Ok(())
    }

    fn now(&self) -> Duration {
        self.leases.records.uptime()
    }
}

/// Differs between clients and between runs.
fn seed(identity: &Identity) -> u64 {
    use std::hash::{BuildHasher as _, RandomState};
    RandomState::new().hash_one(identity.mac)
}
