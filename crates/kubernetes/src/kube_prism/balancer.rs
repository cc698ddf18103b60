//! A TCP balancer: connections go to an API server that answered lately, one after the other.
//!
//! It listens only while an API server answers. See decision 0023 for why a client is refused and not kept waiting.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use minos_resources::k8s::KubePrismEndpoint;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::check::check_forever;
use super::dial::{Answer, dial};
use super::endpoints::{Closing, Endpoints, any_is_healthy};

/// Clients of Kubernetes give up a TLS handshake after 10 seconds: by then a connection has to be through, dead endpoints
/// before the living one included.
const DIAL_TIMEOUT: Duration = Duration::from_secs(5);
/// How long an endpoint may be silent before the next one is dialled as well. The first that answers is taken.
const NEXT_DIAL: Duration = Duration::from_millis(500);
/// How soon listening is tried again when the address is taken.
const NEXT_BIND: Duration = Duration::from_secs(1);
/// How long to wait when the kernel accepts nothing, most likely for want of descriptors: connections that end free some.
const AFTER_ERROR: Duration = Duration::from_millis(50);

/// Clones share everything.
#[derive(Debug, Clone, Default)]
pub(crate) struct Balancer {
    endpoints: Endpoints,
    listens: Arc<AtomicBool>,
}

impl Balancer {
    /// Replaces the endpoints; what is known of those that stay is kept.
    pub(crate) fn set(&self, addresses: &[KubePrismEndpoint]) {
        self.endpoints.set(addresses);
    }

    /// Whether connections are accepted.
    pub(crate) fn is_healthy(&self) -> bool {
        self.listens.load(Ordering::Acquire)
    }

    /// Balances connections to `address` until it is dropped; calls `health_changed` when [`Balancer::is_healthy`]
    /// changes.
    pub(crate) async fn run(&self, address: &str, health_changed: impl Fn()) {
        tokio::join!(check_forever(self.endpoints.clone()), self.serve(address, health_changed));
    }

    async fn serve(&self, address: &str, health_changed: impl Fn()) {
        let mut connections = JoinSet::new();
        let mut changes = self.endpoints.watch();
        let mut listener = None;
        loop {
            let healthy = any_is_healthy(&changes.borrow_and_update());
            if healthy != listener.is_some() {
                // Closed before the health is reported: after the report, no client is accepted.
                listener = if healthy { Some(listen(address).await) } else { None };
                self.listens.store(healthy, Ordering::Release);
                health_changed();
            }
            tokio::select! {
                client = accept(listener.as_ref()) => {
                    let balancer = self.clone();
                    connections.spawn(async move { balancer.pass(client).await });
                }
                _ = connections.join_next(), if !connections.is_empty() => {}
                _ = changes.changed() => {}
            }
        }
    }

    async fn pass(&self, mut client: TcpStream) {
        let Some((mut server, closing)) = self.dial_all().await else { return };
        drop(client.set_nodelay(true));
        tokio::select! {
            // Either side may break off; the only one to report it to is the other, which sees it.
            _ = copy_bidirectional(&mut client, &mut server) => {}
            () = closing.wait() => {}
        }
    }

    /// A connection to the first endpoint that answers, and what closes it; none when all fail.
    async fn dial_all(&self) -> Option<(TcpStream, Closing)> {
        let mut candidates = self.endpoints.candidates().into_iter();
        let mut dials = JoinSet::new();
        loop {
            match candidates.next() {
                Some(address) => drop(dials.spawn(async move { (dial(&address, DIAL_TIMEOUT).await, address) })),
                None if dials.is_empty() => return None,
                None => {}
            }
            let Ok(Some(Ok((outcome, address)))) = timeout(NEXT_DIAL, dials.join_next()).await else { continue };
            self.endpoints.dialled(&address, Answer::of(&outcome));
            if let (Ok(server), Some(closing)) = (outcome, self.endpoints.closing(&address)) {
                return Some((server, closing));
            }
        }
    }
}

/// Listens, as soon as the address is free.
async fn listen(address: &str) -> TcpListener {
    let mut reported = false;
    loop {
        match TcpListener::bind(address).await {
            Ok(listener) => return listener,
            Err(error) if !reported => {
                tracing::warn!(address, %error, "KubePrism cannot listen");
                reported = true;
            }
            Err(_) => {}
        }
        sleep(NEXT_BIND).await;
    }
}

/// The next client; none ever comes without a listener.
async fn accept(listener: Option<&TcpListener>) -> TcpStream {
    let Some(listener) = listener else { return std::future::pending().await };
    loop {
        match listener.accept().await {
            Ok((client, _)) => return client,
            Err(_) => sleep(AFTER_ERROR).await,
        }
    }
}

#[cfg(test)]
mod tests;
