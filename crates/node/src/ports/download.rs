//! Documents by URL.

use std::io::{Error, ErrorKind, Result};

use async_trait::async_trait;
use bytes::Bytes;
use http_body_util::{BodyExt as _, Empty, Limited};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// Fetches documents.
#[async_trait]
pub trait Download: Send + Sync {
    /// Fetches one, in one attempt.
    ///
    /// # Errors
    /// When the server is not reached or does not answer with success.
    async fn get(&self, url: &str) -> Result<Vec<u8>>;
}

/// Longer documents are no configurations.
const LIMIT: usize = 8 << 20;

/// Over HTTP, without TLS.
#[derive(Debug, Clone, Copy, Default)]
pub struct HttpDownload;

#[async_trait]
impl Download for HttpDownload {
    async fn get(&self, url: &str) -> Result<Vec<u8>> {
        let bad = |message: &str| Error::new(ErrorKind::InvalidInput, format!("{url:?} {message}"));
        let uri: http::Uri = url.parse().map_err(|_| bad("is no URL"))?;
        if uri.scheme_str() != Some("http") {
            return Err(bad("does not begin with http://"));
        }
        let authority = uri.authority().ok_or_else(|| bad("names no host"))?;
        let host = authority.host().trim_start_matches('[').trim_end_matches(']');
        let stream = TcpStream::connect((host, authority.port_u16().unwrap_or(80))).await?;
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(Error::other)?;
        let path = uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
        let request = http::Request::get(path)
            .header(http::header::HOST, authority.as_str())
            .header(http::header::USER_AGENT, "minos")
            .body(Empty::<Bytes>::new())
            .map_err(Error::other)?;
        let answer = async {
            let response = sender.send_request(request).await.map_err(Error::other)?;
            if response.status() != http::StatusCode::OK {
                return Err(Error::other(format!("the server answers {}", response.status())));
            }
            let body = Limited::new(response.into_body(), LIMIT).collect().await.map_err(Error::other)?;
            Ok(body.to_bytes().to_vec())
        };
        // The connection is driven here and ends with the answer.
        tokio::pin!(answer);
        tokio::select! {
            answer = &mut answer => answer,
            ended = connection => {
                ended.map_err(Error::other)?;
                answer.await
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    async fn serve(answer: &'static str) -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("bound");
        let port = listener.local_addr().expect("bound").port();
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.expect("accepted");
            let mut buffer = [0; 1024];
            let _ = stream.read(&mut buffer).await;
            let _ = stream.write_all(answer.as_bytes()).await;
        });
        format!("http://127.0.0.1:{port}/config?x=1")
    }

    #[tokio::test]
    async fn a_document_is_fetched() {
        let url = serve("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nversion: v1alpha1\n").await;
        assert_eq!(HttpDownload.get(&url).await.expect("fetched"), b"version: v1alpha1\n");
    }

    #[tokio::test]
    async fn a_refusal_is_an_error() {
        let url = serve("HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n").await;
        let error = HttpDownload.get(&url).await.expect_err("refused");
        assert!(error.to_string().contains("404"), "{error}");
    }
}
