//! What KubePrism knows of the API servers.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use minos_resources::k8s::KubePrismEndpoint;
use tokio::sync::watch;

use super::dial::Answer;

/// Checks in a row that met silence before the connections to an endpoint are closed. One alone may be a lost packet.
const SILENCES: u32 = 2;

/// The endpoints and what is known of them; clones share them.
#[derive(Debug, Clone, Default)]
pub(super) struct Endpoints {
    known: Arc<watch::Sender<Vec<Endpoint>>>,
    next: Arc<AtomicUsize>,
}

#[derive(Debug, Clone)]
pub(super) struct Endpoint {
    pub(super) address: KubePrismEndpoint,
    /// Unknown until it was tried.
    healthy: Option<bool>,
    /// Checks in a row that met silence.
    silences: u32,
    /// Every connection to the endpoint holds a receiver; a message closes them.
    connections: watch::Sender<()>,
}

/// Says when a connection has to be closed.
#[derive(Debug)]
pub(super) struct Closing(watch::Receiver<()>);

impl Closing {
    /// Returns when the endpoint is silent; never when it is no longer an endpoint.
    pub(super) async fn wait(mut self) {
        if self.0.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

impl Endpoint {
    fn new(address: KubePrismEndpoint) -> Self {
        Self { address, healthy: None, silences: 0, connections: watch::Sender::new(()) }
    }
}

impl Endpoints {
    /// Replaces the endpoints; what is known of those that stay is kept.
    pub(super) fn set(&self, addresses: &[KubePrismEndpoint]) {
        self.known.send_if_modified(|known| {
            let mut new: Vec<Endpoint> = Vec::with_capacity(addresses.len());
            for address in addresses {
                if new.iter().all(|one| one.address != *address) {
                    let kept = known.iter().find(|one| one.address == *address).cloned();
                    new.push(kept.unwrap_or_else(|| Endpoint::new(address.clone())));
                }
            }
            let changed = !new.iter().map(|one| &one.address).eq(known.iter().map(|one| &one.address));
            if changed {
                *known = new;
            }
            changed
        });
    }

    /// A view that can be waited on.
    pub(super) fn watch(&self) -> watch::Receiver<Vec<Endpoint>> {
        self.known.subscribe()
    }

    /// Endpoints in the order in which to dial them: healthy ones, beginning with another each time, then unknown, then unhealthy.
    pub(super) fn candidates(&self) -> Vec<KubePrismEndpoint> {
        let mut endpoints = self.known.borrow().clone();
        if !endpoints.is_empty() {
            let first = self.next.fetch_add(1, Ordering::Relaxed) % endpoints.len();
            endpoints.rotate_left(first);
        }
        endpoints.sort_by_key(|one| match one.healthy {
            Some(true) => 0,
            None => 1,
            Some(false) => 2,
        });
        endpoints.into_iter().map(|one| one.address).collect()
    }

    /// Keeps what dialling for a client showed.
    pub(super) fn dialled(&self, address: &KubePrismEndpoint, answer: Answer) {
        self.learn(address, |endpoint| {
            endpoint.healthy = Some(answer == Answer::Accepted);
            if answer == Answer::Accepted {
                endpoint.silences = 0;
            }
        });
    }

    /// Keeps what a check showed. Connections to an endpoint that stays silent are closed: what its kernel will never
    /// answer looks idle to a client, for minutes. An endpoint that refuses has a kernel, which ends what has to end; an
    /// API server that shuts down refuses new connections while it serves those that it has.
    pub(super) fn checked(&self, address: &KubePrismEndpoint, answer: Answer) {
        self.learn(address, |endpoint| {
            endpoint.healthy = Some(answer == Answer::Accepted);
            endpoint.silences = if answer == Answer::Silence { endpoint.silences.saturating_add(1) } else { 0 };
            if endpoint.silences >= SILENCES {
                endpoint.connections.send_replace(());
            }
        });
    }

    /// What closes a connection to the endpoint; none when it is no endpoint any more.
    pub(super) fn closing(&self, address: &KubePrismEndpoint) -> Option<Closing> {
        let known = self.known.borrow();
        let endpoint = known.iter().find(|one| one.address == *address)?;
        Some(Closing(endpoint.connections.subscribe()))
    }

    fn learn(&self, address: &KubePrismEndpoint, change: impl FnOnce(&mut Endpoint)) {
        self.known.send_if_modified(|known| {
            let Some(endpoint) = known.iter_mut().find(|one| one.address == *address) else { return false };
            let before = (endpoint.healthy, endpoint.silences);
            change(endpoint);
            before != (endpoint.healthy, endpoint.silences)
        });
    }
}

/// Whether an endpoint answers.
pub(super) fn any_is_healthy(endpoints: &[Endpoint]) -> bool {
    endpoints.iter().any(|one| one.healthy == Some(true))
}

/// Whether the next check of the endpoint should not wait: no endpoint answers, or this one was silent once, which may have
/// been a lost packet.
pub(super) fn is_urgent(endpoints: &[Endpoint], address: &KubePrismEndpoint) -> bool {
    let doubted = |one: &Endpoint| one.address == *address && (1..SILENCES).contains(&one.silences);
    !any_is_healthy(endpoints) || endpoints.iter().any(doubted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_is_repeated_at_once_after_one_silence_and_while_no_endpoint_answers() {
        let [a, b] = ["a", "b"].map(|host| KubePrismEndpoint { host: host.to_owned(), port: 1 });
        let endpoints = Endpoints::default();
        endpoints.set(&[a.clone(), b.clone()]);
        let urgent = |address| is_urgent(&endpoints.known.borrow(), address);
        assert!(urgent(&a) && urgent(&b), "nothing is known yet");
        endpoints.checked(&a, Answer::Accepted);
        endpoints.checked(&b, Answer::Failed);
        assert!(!urgent(&a) && !urgent(&b));
        endpoints.checked(&b, Answer::Silence);
        assert!(!urgent(&a) && urgent(&b), "it may have been a lost packet");
        endpoints.checked(&b, Answer::Silence);
        assert!(!urgent(&b), "it is known to be silent");
        endpoints.dialled(&a, Answer::Failed);
        assert!(urgent(&a) && urgent(&b));
    }
}
