//! Accepts connections and holds each to its limits.

use std::convert::Infallible;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http2::Builder;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;
use tracing::{debug, warn};

use super::certificates::Identity;
use super::peer::Peer;
use super::proxy::{Proxy, Session};

/// Connections at a time; further ones wait in the kernel's queue.
const MAX_CONNECTIONS: usize = 512;
/// How long a client may take to shake hands.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);
/// Calls at a time on one connection.
const MAX_STREAMS: u32 = 512;
/// All header fields of a call together.
const MAX_HEADER_BYTES: u32 = 32 << 10;
const STREAM_WINDOW: u32 = 1 << 20;
const CONNECTION_WINDOW: u32 = 4 << 20;
/// A client that has not answered a ping for this long is gone.
const PING_TIMEOUT: Duration = Duration::from_secs(20);
const PING_INTERVAL: Duration = Duration::from_secs(60);
/// How long calls under way may take when the gateway stops.
const GRACE: Duration = Duration::from_secs(10);

/// Accepts connections until `stop` turns true, then lets calls under way finish.
pub(super) async fn listen(
    listener: TcpListener,
    proxy: Arc<Proxy>,
    identity: watch::Receiver<Option<Identity>>,
    mut stop: watch::Receiver<bool>,
) {
    let slots = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    loop {
        let Ok(slot) = slots.clone().acquire_owned().await else {
            break;
        };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stop.wait_for(|stop| *stop) => break,
        };
        match accepted {
            Ok((tcp, _)) => {
                tokio::spawn(connection(tcp, slot, proxy.clone(), identity.clone(), stop.clone()));
            }
            // Out of descriptors or memory: it passes, and trying again at once would only burn the processor.
            Err(error) => {
                warn!(%error, "no connection can be accepted");
                sleep(Duration::from_millis(100)).await;
            }
        }
    }
    drop(listener);
    let all = u32::try_from(MAX_CONNECTIONS).unwrap_or(u32::MAX);
    let _ = timeout(GRACE, slots.acquire_many(all)).await;
}

async fn connection(
    tcp: TcpStream,
    _slot: OwnedSemaphorePermit,
    proxy: Arc<Proxy>,
    mut current: watch::Receiver<Option<Identity>>,
    mut stop: watch::Receiver<bool>,
) {
    let Some(identity) = current.borrow_and_update().clone() else {
        return;
    };
    let _ = tcp.set_nodelay(true);
    let acceptor = TlsAcceptor::from(identity.server.clone());
    let tls = match timeout(HANDSHAKE_TIMEOUT, acceptor.accept(tcp)).await {
        Ok(Ok(tls)) => tls,
        Ok(Err(error)) => return debug!(%error, "handshake refused"),
        Err(_) => return debug!("handshake took too long"),
    };
    let peer = match tls.get_ref().1.peer_certificates() {
        _ if identity.maintenance => Peer::maintenance(),
        Some([leaf, ..]) => Peer::of(leaf),
        _ => return debug!("a client without a certificate got through the handshake"),
    };
    let maintenance = identity.maintenance;
    let session = Session { proxy, peer, identity };
    let service = service_fn(move |request| {
        let session = session.clone();
        async move { Ok::<_, Infallible>(session.answer(request).await) }
    });
    let mut connection = pin!(settings().serve_connection(TokioIo::new(tls), service));
    // Whoever came in without a certificate leaves when the node gets its own CA.
    let ended = async {
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => {}
            _ = current.wait_for(|now| now.as_ref().is_some_and(|now| now.maintenance != maintenance)) => {}
        }
    };
    let outcome = tokio::select! {
        outcome = connection.as_mut() => outcome,
        () = ended => {
            connection.as_mut().graceful_shutdown();
            timeout(GRACE, connection.as_mut()).await.unwrap_or(Ok(()))
        }
    };
    if let Err(error) = outcome {
        debug!(%error, "connection ended");
    }
}

fn settings() -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .timer(TokioTimer::new())
        .keep_alive_interval(PING_INTERVAL)
        .keep_alive_timeout(PING_TIMEOUT)
        .max_concurrent_streams(MAX_STREAMS)
        .max_header_list_size(MAX_HEADER_BYTES)
        .initial_stream_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW);
    builder
}
