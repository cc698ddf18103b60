//! One HTTP/1.1 connection to an API server.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::{ApiAccess, ApiError};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Opens connections to one API server.
#[derive(Clone)]
pub(super) struct Connector {
    pub(super) host: String,
    port: u16,
    tls: Option<(TlsConnector, ServerName<'static>)>,
}

impl Connector {
    pub(super) fn new(access: &ApiAccess) -> Result<Self, ApiError> {
        let invalid = |what: &str| ApiError::Kubeconfig(format!("{what} {:?}", access.server));
        let uri: http::Uri = access.server.parse().map_err(|_| invalid("its server is not a URL:"))?;
        let host = uri.host().ok_or_else(|| invalid("its server has no host:"))?;
        let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        let tls = match uri.scheme_str() {
            Some("http") => None,
            _ => {
                let name = access.server_name.clone().unwrap_or_else(|| host.clone());
                let name = ServerName::try_from(name).map_err(|_| invalid("its server's name cannot be checked:"))?;
                Some((TlsConnector::from(Arc::new(config(access)?)), name))
            }
        };
        let port = uri.port_u16().unwrap_or(if tls.is_some() { 443 } else { 80 });
        Ok(Self { host, port, tls })
    }

    pub(super) async fn open(&self) -> Result<SendRequest<Full<Bytes>>, ApiError> {
        let opening = tokio::time::timeout(CONNECT_TIMEOUT, self.open_now());
        opening.await.unwrap_or_else(|_| Err(self.failed(std::io::ErrorKind::TimedOut.into())))
    }

    async fn open_now(&self) -> Result<SendRequest<Full<Bytes>>, ApiError> {
        let stream = TcpStream::connect((self.host.as_str(), self.port)).await.map_err(|error| self.failed(error))?;
        stream.set_nodelay(true).map_err(|error| self.failed(error))?;
        match &self.tls {
            None => handshake(TokioIo::new(stream)).await,
            Some((connector, name)) => {
                let stream = connector.connect(name.clone(), stream).await.map_err(|error| self.failed(error))?;
                handshake(TokioIo::new(stream)).await
            }
        }
    }

    fn failed(&self, source: std::io::Error) -> ApiError {
        ApiError::Connect { server: format!("{}:{}", self.host, self.port), source }
    }
}

async fn handshake<T>(io: T) -> Result<SendRequest<Full<Bytes>>, ApiError>
where
    T: hyper::rt::Read + hyper::rt::Write + Unpin + Send + 'static,
{
    let (sender, connection) = http1::handshake(io).await?;
    // Ends when the sender is dropped or the server closes; the sender reports what went wrong.
    tokio::spawn(async move { drop(connection.await) });
    Ok(sender)
}

fn config(access: &ApiAccess) -> Result<ClientConfig, ApiError> {
    let invalid = |what: &str| ApiError::Kubeconfig(what.to_owned());
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(access.ca.as_bytes()) {
        let certificate = certificate.map_err(|_| invalid("its certificate authority is not PEM"))?;
        roots.add(certificate).map_err(|_| invalid("its certificate authority is not a certificate"))?;
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|_| invalid("TLS cannot be set up"))?
        .with_root_certificates(roots);
    let Some((crt, key)) = &access.identity else { return Ok(builder.with_no_client_auth()) };
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(crt.as_bytes()).collect();
    let chain = chain.map_err(|_| invalid("its client certificate is not PEM"))?;
    let key =
        PrivateKeyDer::from_pem_slice(key.expose().as_bytes()).map_err(|_| invalid("its client key is not PEM"))?;
    builder.with_client_auth_cert(chain, key).map_err(|_| invalid("its client certificate and key do not fit"))
}
