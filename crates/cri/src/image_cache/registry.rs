//! The read side of the OCI distribution protocol, from a layout.

use std::convert::Infallible;
use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::TryStreamExt as _;
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpListener;

use super::layout::OciLayout;

type Body = BoxBody<Bytes, std::io::Error>;

/// Bytes of a blob in one chunk.
const CHUNK: usize = 1 << 20;

/// What is asked for.
#[derive(Debug, PartialEq, Eq)]
enum Asked<'a> {
    Base,
    Manifest(&'a str, &'a str),
    Blob(&'a str),
}

/// Serves a layout until the task is ended.
pub async fn serve(listener: TcpListener, layout: Arc<OciLayout>) {
    loop {
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            Err(error) => {
                tracing::warn!(%error, "the image cache cannot accept a connection");
                tokio::time::sleep(std::time::Duration::from_millis(100)).await;
                continue;
            }
        };
        let layout = Arc::clone(&layout);
        tokio::spawn(async move {
            let service = service_fn(move |request| answer(Arc::clone(&layout), request));
            // A client that goes away ends its connection; nothing is lost.
            drop(hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await);
        });
    }
}

async fn answer(layout: Arc<OciLayout>, request: Request<Incoming>) -> Result<Response<Body>, Infallible> {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Ok(status(StatusCode::METHOD_NOT_ALLOWED));
    }
    let head = request.method() == Method::HEAD;
    let registry = request.uri().query().and_then(namespace).unwrap_or_default();
    Ok(match parse(request.uri().path()) {
        Some(Asked::Base) => status(StatusCode::OK),
        Some(Asked::Manifest(name, reference)) => {
            let image = format!("{registry}/{name}:{reference}");
            match layout.manifest(registry, name, reference) {
                Some((digest, kind)) => {
                    tracing::info!(image, "served from the image cache");
                    send(layout.blob(&digest), &digest, &kind, head).await
                }
                None => {
                    tracing::info!(image, "not in the image cache: its registry is asked");
                    status(StatusCode::NOT_FOUND)
                }
            }
        }
        Some(Asked::Blob(digest)) => send(layout.blob(digest), digest, "application/octet-stream", head).await,
        None => status(StatusCode::NOT_FOUND),
    })
}

/// The registry that containerd means, from the query `ns=`.
fn namespace(query: &str) -> Option<&str> {
    query.split('&').find_map(|pair| pair.strip_prefix("ns="))
}

/// `/v2/<name>/manifests/<reference>`; the name may hold slashes.
fn parse(path: &str) -> Option<Asked<'_>> {
    let rest = path.strip_prefix("/v2/")?;
    if rest.is_empty() {
        return Some(Asked::Base);
    }
    let (before, reference) = rest.rsplit_once('/')?;
    let (name, kind) = before.rsplit_once('/')?;
    match kind {
        "manifests" => Some(Asked::Manifest(name, reference)),
        "blobs" => Some(Asked::Blob(reference)),
        _ => None,
    }
}

fn status(code: StatusCode) -> Response<Body> {
    let body = Full::new(Bytes::new()).map_err(|never| match never {}).boxed();
    let mut response = Response::new(body);
    *response.status_mut() = code;
    response
}

async fn send(file: Option<PathBuf>, digest: &str, kind: &str, head: bool) -> Response<Body> {
    let Some(path) = file else { return status(StatusCode::NOT_FOUND) };
    let opened = async {
        let file = tokio::fs::File::open(&path).await?;
        let length = file.metadata().await?.len();
        Ok::<_, std::io::Error>((file, length))
    };
    let (file, length) = match opened.await {
        Ok(opened) => opened,
        Err(error) => {
            tracing::warn!(%error, digest, "the image cache cannot be read");
            return status(StatusCode::INTERNAL_SERVER_ERROR);
        }
    };
    let builder = Response::builder()
        .header("Content-Type", kind)
        .header("Content-Length", length)
        .header("Docker-Content-Digest", digest);
    let body = if head { Full::new(Bytes::new()).map_err(|never| match never {}).boxed() } else { stream(file) };
    builder.body(body).unwrap_or_else(|_| status(StatusCode::INTERNAL_SERVER_ERROR))
}

fn stream(file: tokio::fs::File) -> Body {
    let chunks = futures_util::stream::try_unfold((file, 0), |(mut file, read)| async move {
        let mut chunk = Vec::with_capacity(CHUNK);
        let length = (&mut file).take(CHUNK as u64).read_to_end(&mut chunk).await? as u64;
        forget(&file, read, length);
        Ok::<_, std::io::Error>((length > 0).then(|| (Bytes::from(chunk), (file, read + length))))
    });
    BodyExt::boxed(StreamBody::new(chunks.map_ok(Frame::data)))
}

/// Tells the kernel not to keep what was read: an image is read once, and memory is for pods.
fn forget(file: &tokio::fs::File, offset: u64, length: u64) {
    use rustix::fs::{Advice, fadvise};
    // Only advice: a file system that does not take it keeps the pages until they are needed for something else.
    fadvise(file, offset, std::num::NonZeroU64::new(length), Advice::DontNeed).ok();
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::AsyncWriteExt as _;

    #[test]
    fn names_may_hold_slashes() {
        assert_eq!(parse("/v2/"), Some(Asked::Base));
        assert_eq!(parse("/v2/a/b/manifests/v1"), Some(Asked::Manifest("a/b", "v1")));
        assert_eq!(parse("/v2/a/blobs/sha256:x"), Some(Asked::Blob("sha256:x")));
        assert_eq!(parse("/v2/a/tags/list"), None);
        assert_eq!(namespace("x=1&ns=images.local"), Some("images.local"));
    }

    async fn get(address: &str, path: &str) -> String {
        let mut stream = tokio::net::TcpStream::connect(address).await.expect("it listens");
        let request = format!("GET {path} HTTP/1.1\r\nHost: cache\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.expect("answered");
        answer
    }

    #[tokio::test]
    async fn images_of_the_layout_are_served_and_others_are_not() {
        let folder = tempfile::tempdir().expect("a folder");
        let digest = format!("sha256:{}", "a".repeat(64));
        std::fs::create_dir_all(folder.path().join("blobs/sha256")).expect("made");
        std::fs::write(folder.path().join("blobs/sha256").join("a".repeat(64)), "{\"manifest\":1}").expect("written");
        let index = format!(
            r#"{{"manifests":[{{"mediaType":"m/t","digest":"{digest}","annotations":{{"org.opencontainers.image.ref.name":"here/a/b:1"}}}}]}}"#
        );
        std::fs::write(folder.path().join("index.json"), index).expect("written");
        let layout = Arc::new(OciLayout::open(folder.path()).expect("read"));
        assert_eq!(layout.len(), 1);
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("bound").to_string();
        let server = tokio::spawn(serve(listener, layout));
        let found = get(&address, "/v2/a/b/manifests/1?ns=here").await;
        assert!(found.starts_with("HTTP/1.1 200") && found.ends_with("{\"manifest\":1}"), "{found}");
        assert!(found.to_lowercase().contains(&format!("docker-content-digest: {digest}")), "{found}");
        assert!(get(&address, &format!("/v2/a/b/blobs/{digest}")).await.starts_with("HTTP/1.1 200"));
        assert!(get(&address, "/v2/a/b/manifests/2?ns=here").await.starts_with("HTTP/1.1 404"));
        assert!(get(&address, "/v2/a/b/blobs/sha256:../../index.json").await.starts_with("HTTP/1.1 404"));
        server.abort();
    }
}
