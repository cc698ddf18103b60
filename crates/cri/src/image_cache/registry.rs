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

use super::layout::{Manifest, Missing, OciLayout};
use super::refusal::Refusal;
use super::request::{Accept, Asked, namespace, parse};

type Body = BoxBody<Bytes, std::io::Error>;

/// Bytes of a blob in one chunk.
const CHUNK: usize = 1 << 20;

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

/// A file to send, and what it is.
struct Content {
    file: PathBuf,
    digest: String,
    kind: String,
}

async fn answer(layout: Arc<OciLayout>, request: Request<Incoming>) -> Result<Response<Body>, Infallible> {
    let head = request.method() == Method::HEAD;
    let response = match find(&layout, &request) {
        Ok(None) => Ok(base()),
        Ok(Some(content)) => send(content, head).await,
        Err(refusal) => Err(refusal),
    };
    Ok(response.unwrap_or_else(|refusal| refuse(&refusal, head)))
}

/// What a request asks for; none when it only asks whether this is a registry.
fn find(layout: &OciLayout, request: &Request<Incoming>) -> Result<Option<Content>, Refusal> {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Err(Refusal::method(request.method()));
    }
    let path = request.uri().path();
    match parse(path).ok_or_else(|| Refusal::path(path))? {
        Asked::Base => Ok(None),
        Asked::Manifest(name, reference) => {
            let registry = request.uri().query().and_then(namespace).unwrap_or_default();
            let by_digest = reference.contains(':');
            let image = format!("{registry}/{name}{}{reference}", if by_digest { '@' } else { ':' });
            let found = layout.manifest(&registry, &name, &reference, &Accept::of(request.headers()));
            // A client asks by tag or by HEAD first, and then for the content by digest.
            tell(&image, &found, by_digest && request.method() == Method::GET);
            let manifest = found.map_err(|missing| Refusal::manifest(&image, &missing))?;
            let file = layout.blob(&manifest.digest).ok_or_else(|| Refusal::manifest(&image, &Missing::Unknown))?;
            Ok(Some(Content { file, digest: manifest.digest.clone(), kind: manifest.kind.clone() }))
        }
        Asked::Blob(digest) => {
            let file = layout.blob(&digest).ok_or_else(|| Refusal::blob(&digest))?;
            Ok(Some(Content { file, digest, kind: "application/octet-stream".to_owned() }))
        }
    }
}

/// Logs which of the two serves an image: this cache, with what it holds under that name, or the image's registry.
fn tell(image: &str, found: &Result<&Manifest, Missing>, again: bool) {
    match found {
        Ok(Manifest { digest, .. }) if again => tracing::debug!(image, digest, "served by the local image cache"),
        Ok(Manifest { digest, holds, .. }) => {
            tracing::info!(image, digest, holds, "served by the local image cache in place of its registry");
        }
        Err(Missing::Unknown) => tracing::info!(image, "not in the image cache: its registry is asked"),
        Err(Missing::NotAccepted(kind)) => {
            tracing::info!(image, kind, "the image cache has it in a form that the client does not take");
        }
    }
}

fn base() -> Response<Body> {
    let mut response = Response::new(whole(Bytes::new()));
    let version = hyper::header::HeaderValue::from_static("registry/2.0");
    response.headers_mut().insert("Docker-Distribution-Api-Version", version);
    response
}

fn refuse(refusal: &Refusal, head: bool) -> Response<Body> {
    let text = refusal.body();
    let builder = Response::builder()
        .status(refusal.status)
        .header("Content-Type", "application/json")
        .header("Content-Length", text.len());
    let body = if head { Bytes::new() } else { text.into() };
    builder.body(whole(body)).unwrap_or_else(|_| failed())
}

async fn send(content: Content, head: bool) -> Result<Response<Body>, Refusal> {
    let opened = async {
        let file = tokio::fs::File::open(&content.file).await?;
        let length = file.metadata().await?.len();
        Ok::<_, std::io::Error>((file, length))
    };
    let (file, length) = opened.await.map_err(|error| {
        tracing::warn!(%error, digest = content.digest, "the image cache cannot be read");
        Refusal::unreadable(&content.digest)
    })?;
    let builder = Response::builder()
        .header("Content-Type", content.kind)
        .header("Content-Length", length)
        .header("Docker-Content-Digest", content.digest);
    let body = if head { whole(Bytes::new()) } else { stream(file) };
    Ok(builder.body(body).unwrap_or_else(|_| failed()))
}

/// A layout may name a media type that is no header's value.
fn failed() -> Response<Body> {
    let mut response = Response::new(whole(Bytes::new()));
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    response
}

fn whole(bytes: Bytes) -> Body {
    Full::new(bytes).map_err(|never| match never {}).boxed()
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
mod tests;
