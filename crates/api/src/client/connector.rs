use std::future::Future;
use std::io::{self, Read};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls_pki_types::ServerName;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tower::Service;
use tracing::debug;

use super::API_PORT;
use super::error::{ConnectError, Unreachable};

/// How long one endpoint may take to accept and shake hands.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long to wait for the first record after the handshake. Gateways send one at once; others need not.
const FIRST_RECORD: Duration = Duration::from_secs(2);

/// Where a gateway listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Endpoint {
    pub(super) host: String,
    pub(super) port: u16,
}

impl Endpoint {
    /// `host`, `host:port`, an address, or an address of either family with a port.
    pub(super) fn parse(text: &str) -> Result<Endpoint, ConnectError> {
        let bad = || ConnectError::Endpoint { endpoint: text.into() };
        let bare = text.strip_prefix("https://").unwrap_or(text).trim_end_matches('/');
        if bare.is_empty() {
            return Err(bad());
        }
        // An IPv6 address without brackets has colons but no port.
        if let Ok(address) = bare.trim_matches(['[', ']']).parse::<std::net::IpAddr>() {
            return Ok(Endpoint { host: address.to_string(), port: API_PORT });
        }
        let Some((host, port)) = bare.rsplit_once(':') else {
            return Ok(Endpoint { host: bare.into(), port: API_PORT });
        };
        let port = port.parse().map_err(|_| bad())?;
        let host = host.trim_matches(['[', ']']);
        if host.is_empty() {
            return Err(bad());
        }
        Ok(Endpoint { host: host.into(), port })
    }

    /// As it stands in a URL.
    pub(super) fn authority(&self) -> String {
        if self.host.contains(':') {
            format!("[{}]:{}", self.host, self.port)
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }
}

/// Opens a connection to the first endpoint that answers, beginning with another one each time.
#[derive(Clone)]
pub(super) struct Connector {
    endpoints: Arc<[Endpoint]>,
    tls: TlsConnector,
    next: Arc<AtomicUsize>,
}

impl Connector {
    pub(super) fn new(endpoints: Vec<Endpoint>, tls: ClientConfig) -> Connector {
        // Processes that make one call each should not all ask the first endpoint.
        let start = std::process::id() as usize;
        Connector { endpoints: endpoints.into(), tls: Arc::new(tls).into(), next: Arc::new(start.into()) }
    }

    async fn connect(self) -> io::Result<TokioIo<TlsStream<TcpStream>>> {
        let first = self.next.fetch_add(1, Ordering::Relaxed);
        let mut failures = Vec::new();
        for i in 0..self.endpoints.len() {
            let endpoint = &self.endpoints[first.wrapping_add(i) % self.endpoints.len()];
            let late = || io::Error::new(io::ErrorKind::TimedOut, format!("no answer within {CONNECT_TIMEOUT:?}"));
            let opened = timeout(CONNECT_TIMEOUT, self.open(endpoint)).await;
            match opened.unwrap_or_else(|_| Err(late())) {
                Ok(stream) => return Ok(TokioIo::new(stream)),
                Err(error) => {
                    debug!(endpoint = endpoint.authority(), %error, "endpoint does not answer");
                    failures.push((endpoint.authority(), error));
                }
            }
        }
        Err(io::Error::other(Unreachable { failures }))
    }

    async fn open(&self, endpoint: &Endpoint) -> io::Result<TlsStream<TcpStream>> {
        let name = ServerName::try_from(endpoint.host.clone()).map_err(io::Error::other)?;
        let tcp = TcpStream::connect((endpoint.host.as_str(), endpoint.port)).await?;
        tcp.set_nodelay(true)?;
        keep_alive(&tcp)?;
        let mut stream = self.tls.connect(name, tcp).await?;
        await_verdict(&mut stream).await?;
        Ok(stream)
    }
}

/// Waits for what the server sends after the handshake, which is over for the client before the server has looked at the
/// client's certificate (TLS 1.3). A server that does not accept it sends an alert and closes; a client that is writing by
/// then sees a broken pipe and never the alert.
async fn await_verdict(stream: &mut TlsStream<TcpStream>) -> io::Result<()> {
    let (tcp, session) = stream.get_mut();
    loop {
        let Ok(readable) = timeout(FIRST_RECORD, tcp.readable()).await else { return Ok(()) };
        readable?;
        match session.read_tls(&mut Available(tcp)) {
            Ok(0) => return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "it closed the connection")),
            Ok(_) => break,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
    session.process_new_packets().map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
    Ok(())
}

/// What a socket has received, without waiting for more.
struct Available<'a>(&'a TcpStream);

impl Read for Available<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.try_read(buffer)
    }
}

/// Notices within about a minute that the other side is gone. HTTP/2 pings would do it too, but servers punish clients that
/// ping more often than every five minutes.
fn keep_alive(tcp: &TcpStream) -> io::Result<()> {
    rustix::net::sockopt::set_socket_keepalive(tcp, true)?;
    rustix::net::sockopt::set_tcp_keepidle(tcp, Duration::from_secs(20))?;
    rustix::net::sockopt::set_tcp_keepintvl(tcp, Duration::from_secs(10))?;
    rustix::net::sockopt::set_tcp_keepcnt(tcp, 3)?;
    Ok(())
}

impl Service<Uri> for Connector {
    type Response = TokioIo<TlsStream<TcpStream>>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Self::Response>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Uri) -> Self::Future {
        Box::pin(self.clone().connect())
    }
}

#[cfg(test)]
mod tests;
