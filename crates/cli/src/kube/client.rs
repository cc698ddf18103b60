//! Reads objects from an API server: one connection per request, JSON only.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use http::{Request, Uri};
use http_body_util::{BodyExt as _, Empty};
use hyper_util::rt::TokioIo;
use minos_api::client::{Credentials, ServerTrust, client_config};
use rustls::ClientConfig;
use rustls_pki_types::ServerName;
use serde_json::Value;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use super::config::Access;

const PATIENCE: Duration = Duration::from_secs(10);

/// An API server.
pub struct Kube {
    server: Uri,
    tls: Arc<ClientConfig>,
}

impl Kube {
    /// From a kubeconfig; `endpoint` takes the place of its server.
    pub fn new(kubeconfig: &str, endpoint: Option<&str>) -> Result<Kube> {
        let access = Access::parse(kubeconfig).context("the kubeconfig cannot be used")?;
        let server = match endpoint {
            Some(endpoint) if endpoint.contains("://") => endpoint.to_owned(),
            Some(endpoint) if endpoint.contains(':') => format!("https://{endpoint}"),
            Some(endpoint) => format!("https://{endpoint}:6443"),
            None => access.server,
        };
        let credentials = access.client.map(|(certificate, key)| Credentials { certificate, key });
        let mut tls = client_config(&ServerTrust::Ca(access.ca), credentials.as_ref())?;
        tls.alpn_protocols = vec![b"http/1.1".to_vec()];
        let server = server.parse().with_context(|| format!("{server:?} is not the URL of an API server"))?;
        Ok(Kube { server, tls: Arc::new(tls) })
    }

    /// The items of a list, such as `/api/v1/nodes`.
    pub async fn list(&self, path: &str) -> Result<Vec<Value>> {
        let mut reply = self.get(path).await?;
        match reply["items"].take() {
            Value::Array(items) => Ok(items),
            _ => bail!("{path} is not a list"),
        }
    }

    /// One object.
    pub async fn get(&self, path: &str) -> Result<Value> {
        match timeout(PATIENCE, self.request(path)).await {
            Ok(reply) => reply.with_context(|| format!("the Kubernetes API at {} cannot be read", self.server)),
            Err(_) => bail!("the Kubernetes API at {} does not answer within {PATIENCE:?}", self.server),
        }
    }

    async fn request(&self, path: &str) -> Result<Value> {
        let host = self.server.host().context("the URL has no host")?;
        let bare = host.trim_matches(['[', ']']).to_owned();
        let port = self.server.port_u16().unwrap_or(443);
        let tcp = TcpStream::connect((bare.as_str(), port)).await?;
        let stream = TlsConnector::from(self.tls.clone()).connect(ServerName::try_from(bare)?, tcp).await?;
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
        let connection = tokio::spawn(connection);
        let request = Request::get(path)
            .header("host", format!("{host}:{port}"))
            .header("accept", "application/json")
            .body(Empty::<bytes::Bytes>::new())?;
        let reply = sender.send_request(request).await?;
        let status = reply.status();
        let body = reply.into_body().collect().await?.to_bytes();
        connection.abort();
        let value: Value = serde_json::from_slice(&body).unwrap_or_default();
        if !status.is_success() {
            bail!("{path}: {status} {}", value["message"].as_str().unwrap_or_default());
        }
        Ok(value)
    }
}
