//! A TCP balancer: connections go to an API server that answered lately, in turn.

use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use minos_resources::k8s::KubePrismEndpoint;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};

/// Clients of Kubernetes give up a TLS handshake after 10 seconds: by then a connection has to be through, dead endpoints
/// before the living one included.
const DIAL_TIMEOUT: Duration = Duration::from_secs(5);
/// How long an endpoint may be silent before the next one is dialled as well. The first that answers is taken.
const NEXT_DIAL: Duration = Duration::from_millis(500);
/// How often each endpoint is tried out, and how long that may take.
const CHECK_INTERVAL: Duration = Duration::from_secs(10);
const CHECK_TIMEOUT: Duration = Duration::from_secs(5);
/// How soon an endpoint is tried out again while none is healthy.
const HURRY_INTERVAL: Duration = Duration::from_secs(1);
/// How long a connection waits for an endpoint while none answers. A client that is refused backs off, in the end for half
/// a minute; one that waits is served at once. It is longer than the 10 seconds after which clients of Kubernetes give up a
/// handshake: they repeat a request ten times when the connection is reset, but not after a handshake that took too long.
/// (The kubelet mounts no volume while such a request goes on, so resets after 8 seconds kept an API server from starting
/// for minutes.)
const PATIENCE: Duration = Duration::from_secs(12);

/// The endpoints and what is known of them; clones share them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Balancer {
    endpoints: Arc<Mutex<Vec<Endpoint>>>,
    turn: Arc<AtomicUsize>,
    changed: Arc<tokio::sync::Notify>,
    answered: Arc<tokio::sync::Notify>,
}

#[derive(Debug, Clone, PartialEq)]
struct Endpoint {
    address: KubePrismEndpoint,
    /// Unknown until it was tried.
    healthy: Option<bool>,
}

impl Balancer {
    /// Replaces the endpoints; what is known of those that stay is kept.
    pub(crate) fn set(&self, addresses: &[KubePrismEndpoint]) {
        let mut endpoints = self.lock();
        let known = |address: &KubePrismEndpoint| endpoints.iter().find(|one| one.address == *address)?.healthy;
        let mut new: Vec<Endpoint> = Vec::with_capacity(addresses.len());
        for address in addresses {
            if new.iter().all(|one| one.address != *address) {
                new.push(Endpoint { address: address.clone(), healthy: known(address) });
            }
        }
        if new != *endpoints {
            *endpoints = new;
            self.changed.notify_one();
        }
    }

    /// Whether an endpoint answers.
    pub(crate) fn is_healthy(&self) -> bool {
        self.lock().iter().any(|one| one.healthy == Some(true))
    }

    /// Accepts connections and checks endpoints until it is dropped; calls `health_changed` when
    /// [`Balancer::is_healthy`] changes.
    pub(crate) async fn run(&self, listener: TcpListener, health_changed: impl Fn()) {
        let mut connections = JoinSet::new();
        let mut checked = std::pin::pin!(self.check_forever(health_changed));
        loop {
            tokio::select! {
                accepted = listener.accept() => match accepted {
                    Ok((client, _)) => {
                        let balancer = self.clone();
                        connections.spawn(async move { balancer.pass(client).await });
                    }
                    // Out of descriptors, most likely: connections that end free some.
                    Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
                },
                _ = connections.join_next(), if !connections.is_empty() => {}
                () = &mut checked => {}
            }
        }
    }

    async fn pass(&self, mut client: TcpStream) {
        let Ok(mut server) = timeout(PATIENCE, self.reach()).await else { return };
        drop(client.set_nodelay(true));
        // Either side may break off; there is nobody to tell but the other, which sees it.
        drop(copy_bidirectional(&mut client, &mut server).await);
    }

    /// A connection to an endpoint, as soon as one answers.
    async fn reach(&self) -> TcpStream {
        loop {
            let mut answered = std::pin::pin!(self.answered.notified());
            answered.as_mut().enable();
            if let Some(server) = self.dial_all().await {
                return server;
            }
            answered.await;
        }
    }

    /// A connection to the first endpoint that answers; none when all fail.
    async fn dial_all(&self) -> Option<TcpStream> {
        let mut candidates = self.candidates().into_iter();
        let mut dials = JoinSet::new();
        loop {
            match candidates.next() {
                Some(address) => drop(dials.spawn(async move { (dial(&address, DIAL_TIMEOUT).await, address) })),
                None if dials.is_empty() => return None,
                None => {}
            }
            let Ok(Some(Ok((outcome, address)))) = timeout(NEXT_DIAL, dials.join_next()).await else { continue };
            self.learn(&address, outcome.is_ok());
            if let Ok(server) = outcome {
                return Some(server);
            }
        }
    }

    /// Endpoints in the order in which to try them: healthy ones in turn, then unknown, then unhealthy.
    fn candidates(&self) -> Vec<KubePrismEndpoint> {
        let mut endpoints = self.lock().clone();
        if !endpoints.is_empty() {
            let turn = self.turn.fetch_add(1, Ordering::Relaxed) % endpoints.len();
            endpoints.rotate_left(turn);
        }
        endpoints.sort_by_key(|one| match one.healthy {
            Some(true) => 0,
            None => 1,
            Some(false) => 2,
        });
        endpoints.into_iter().map(|one| one.address).collect()
    }

    async fn check_forever(&self, health_changed: impl Fn()) {
        let mut before = self.is_healthy();
        loop {
            let started = Instant::now();
            let addresses: Vec<_> = self.lock().iter().map(|one| one.address.clone()).collect();
            let mut checks = JoinSet::new();
            for address in addresses {
                checks.spawn(async move { (dial(&address, CHECK_TIMEOUT).await.is_ok(), address) });
            }
            while let Some(check) = checks.join_next().await {
                if let Ok((healthy, address)) = check {
                    self.learn(&address, healthy);
                }
                if before != self.is_healthy() {
                    before = !before;
                    health_changed();
                }
            }
            let pause = if before { CHECK_INTERVAL } else { HURRY_INTERVAL };
            tokio::select! {
                () = tokio::time::sleep_until(started + pause) => {}
                () = self.changed.notified() => {}
            }
        }
    }

    fn learn(&self, address: &KubePrismEndpoint, healthy: bool) {
        if let Some(one) = self.lock().iter_mut().find(|one| one.address == *address) {
            let before = one.healthy.replace(healthy);
            if healthy && before != Some(true) {
                self.answered.notify_waiters();
            }
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Endpoint>> {
        self.endpoints.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn dial(address: &KubePrismEndpoint, limit: Duration) -> io::Result<TcpStream> {
    let connecting = TcpStream::connect((address.host.as_str(), address.port));
    let stream = timeout(limit, connecting).await.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??;
    stream.set_nodelay(true)?;
    Ok(stream)
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    async fn echo(mark: u8) -> KubePrismEndpoint {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            while let Ok((mut client, _)) = listener.accept().await {
                tokio::spawn(async move { client.write_all(&[mark]).await });
            }
        });
        KubePrismEndpoint { host: "127.0.0.1".to_owned(), port }
    }

    async fn closed() -> KubePrismEndpoint {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        KubePrismEndpoint { host: "127.0.0.1".to_owned(), port: listener.local_addr().unwrap().port() }
    }

    #[tokio::test]
    async fn connections_reach_an_endpoint_that_answers() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let balancer = Balancer::default();
        balancer.set(&[closed().await, echo(7).await]);
        let (told, mut tell) = tokio::sync::mpsc::unbounded_channel();
        let running = balancer.clone();
        let task =
            tokio::spawn(async move { running.run(listener, move || told.send(()).expect("the test listens")).await });
        for _ in 0..4 {
            let mut client = TcpStream::connect(address).await.unwrap();
            assert_eq!(client.read_u8().await.unwrap(), 7);
        }
        tell.recv().await.unwrap();
        assert!(balancer.is_healthy());
        task.abort();
    }

    /// An endpoint that never answers, as a machine that is off: its queue of connections is full.
    async fn silent() -> (KubePrismEndpoint, TcpListener, Vec<tokio::task::JoinHandle<io::Result<TcpStream>>>) {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let listener = socket.listen(1).unwrap();
        let address = listener.local_addr().unwrap();
        let mut queue = Vec::new();
        loop {
            let mut connecting = tokio::spawn(TcpStream::connect(address));
            let answered = timeout(Duration::from_millis(300), &mut connecting).await.is_ok();
            queue.push(connecting);
            if !answered {
                return (KubePrismEndpoint { host: "127.0.0.1".to_owned(), port: address.port() }, listener, queue);
            }
        }
    }

    #[tokio::test]
    async fn a_dead_endpoint_costs_less_than_a_handshake_of_kubernetes_may_take() {
        const HANDSHAKE: Duration = Duration::from_secs(10);
        let (silent, _listener, _queue) = silent().await;
        let balancer = Balancer::default();
        // It answered lately, so it comes first.
        balancer.set(&[silent.clone(), echo(7).await]);
        balancer.learn(&silent, true);
        let mut server = timeout(HANDSHAKE, balancer.reach()).await.expect("in time");
        assert_eq!(server.read_u8().await.unwrap(), 7);
    }

    #[tokio::test]
    async fn a_connection_waits_for_an_endpoint_that_comes_up() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let balancer = Balancer::default();
        balancer.set(&[closed().await]);
        let running = balancer.clone();
        let task = tokio::spawn(async move { running.run(listener, || ()).await });
        let mut client = TcpStream::connect(address).await.unwrap();
        tokio::task::yield_now().await;
        balancer.set(&[echo(7).await]);
        assert_eq!(client.read_u8().await.unwrap(), 7);
        task.abort();
    }

    #[test]
    fn what_is_known_of_endpoints_that_stay_is_kept() {
        let (a, b) =
            (KubePrismEndpoint { host: "a".to_owned(), port: 1 }, KubePrismEndpoint { host: "b".to_owned(), port: 1 });
        let balancer = Balancer::default();
        balancer.set(&[a.clone(), a.clone()]);
        balancer.learn(&a, true);
        balancer.set(&[b.clone(), a.clone()]);
        assert_eq!(balancer.candidates(), [a, b]);
    }
}
