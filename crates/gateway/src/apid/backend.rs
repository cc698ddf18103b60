//! Connections to what answers calls: the machine's own socket, and other nodes' gateways.

use std::collections::HashMap;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::{Request, Response};
use hyper::body::Incoming;
use hyper::client::conn::http2::{Builder, SendRequest};
use hyper::rt::{Read, Write};
use hyper_util::rt::{TokioExecutor, TokioIo};
use minos_api::client::API_PORT;
use rustls::ClientConfig;
use rustls_pki_types::ServerName;
use tokio::net::{TcpStream, UnixStream};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tonic::Status;
use tracing::debug;

use super::body::Body;

/// How long another node may take to accept and shake hands.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const STREAM_WINDOW: u32 = 1 << 20;
const CONNECTION_WINDOW: u32 = 4 << 20;

/// Something that answers calls.
#[derive(Clone)]
pub(super) struct Backend {
    inner: Arc<Inner>,
}

struct Inner {
    address: Address,
    shared: Mutex<Option<SendRequest<Body>>>,
}

enum Address {
    Socket(PathBuf),
    Node { name: String, port: u16, tls: Arc<ClientConfig> },
}

impl Backend {
    /// The machine's own API.
    pub(super) fn socket(path: PathBuf) -> Backend {
        Backend::new(Address::Socket(path))
    }

    /// The gateway of another node.
    fn node(name: &str, port: u16, tls: Arc<ClientConfig>) -> Backend {
        Backend::new(Address::Node { name: name.into(), port, tls })
    }

    fn new(address: Address) -> Backend {
        Backend { inner: Arc::new(Inner { address, shared: Mutex::new(None) }) }
    }

    /// Makes a call. Calls whose reply is a stream get a connection of their own, so that a caller who reads slowly takes
    /// nobody else's share of the connection's window.
    pub(super) async fn send(&self, mut request: Request<Body>, streamed: bool) -> Result<Response<Incoming>, Status> {
        let mut fresh = streamed;
        loop {
            let mut sender = if fresh { self.connect(streamed).await? } else { self.shared().await? };
            match sender.try_send_request(request).await {
                Ok(reply) => return Ok(reply),
                Err(mut error) => match error.take_message() {
                    // Nothing was sent: the connection was closed meanwhile. Once more, on a new one.
                    Some(unsent) if !fresh => {
                        request = unsent;
                        fresh = true;
                    }
                    _ => return Err(self.unavailable(&error.into_error())),
                },
            }
        }
    }

    async fn shared(&self) -> Result<SendRequest<Body>, Status> {
        if let Ok(shared) = self.inner.shared.lock()
            && let Some(sender) = shared.as_ref()
            && !sender.is_closed()
        {
            return Ok(sender.clone());
        }
        self.connect(false).await
    }

    async fn connect(&self, private: bool) -> Result<SendRequest<Body>, Status> {
        let sender = self.inner.address.open().await.map_err(|error| self.unavailable(&error))?;
        if !private && let Ok(mut shared) = self.inner.shared.lock() {
            *shared = Some(sender.clone());
        }
        Ok(sender)
    }

    fn unavailable(&self, error: &dyn std::error::Error) -> Status {
        match &self.inner.address {
            Address::Socket(_) => Status::unavailable(format!("the machine's API does not answer: {error}")),
            Address::Node { name, .. } => Status::unavailable(format!("node {name} does not answer: {error}")),
        }
    }
}

impl Address {
    async fn open(&self) -> io::Result<SendRequest<Body>> {
        match self {
            Address::Socket(path) => handshake(TokioIo::new(UnixStream::connect(path).await?)).await,
            Address::Node { name, port, tls } => {
                let tls = TlsConnector::from(tls.clone());
                let server = ServerName::try_from(name.clone()).map_err(io::Error::other)?;
                let open = async {
                    let tcp = TcpStream::connect((name.as_str(), *port)).await?;
                    tcp.set_nodelay(true)?;
                    tls.connect(server, tcp).await
                };
                let stream = timeout(CONNECT_TIMEOUT, open).await??;
                handshake(TokioIo::new(stream)).await
            }
        }
    }
}

async fn handshake<T: Read + Write + Unpin + Send + 'static>(io: T) -> io::Result<SendRequest<Body>> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder.initial_stream_window_size(STREAM_WINDOW).initial_connection_window_size(CONNECTION_WINDOW);
    let (sender, connection) = builder.handshake(io).await.map_err(io::Error::other)?;
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            debug!(%error, "connection behind the gateway ended");
        }
    });
    Ok(sender)
}

/// Connections to other nodes, made when first needed.
pub(super) struct Nodes {
    port: u16,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    tls: Option<Arc<ClientConfig>>,
    backends: HashMap<String, Backend>,
}

impl Default for Nodes {
    fn default() -> Self {
        Nodes::on_port(API_PORT)
    }
}

impl Nodes {
    /// For gateways that listen on another port than usual.
    pub(super) fn on_port(port: u16) -> Nodes {
        Nodes { port, known: Mutex::default() }
    }

    /// The backend for a node. New certificates mean new connections; calls under way keep theirs.
    pub(super) fn get(&self, name: &str, tls: Option<&Arc<ClientConfig>>) -> Result<Backend, Status> {
        let tls =
            tls.ok_or_else(|| Status::permission_denied("this node has no certificate to call other nodes with"))?;
        let mut known = self.known.lock().map_err(|_| Status::internal("the table of nodes is broken"))?;
        if !known.tls.as_ref().is_some_and(|current| Arc::ptr_eq(current, tls)) {
            known.tls = Some(tls.clone());
            known.backends.clear();
        }
        let backend = known.backends.entry(name.into()).or_insert_with(|| Backend::node(name, self.port, tls.clone()));
        Ok(backend.clone())
    }
}
