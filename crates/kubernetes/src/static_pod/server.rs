//! An HTTP server on loopback that gives the kubelet its list of static pods.
//!
//! A kubelet asks again and again. The first question on a connection is answered at once; a further one is held until
//! the list has changed, so that changes arrive without delay and asking often costs nothing.

use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::{Method, Response, StatusCode, header};
use http_body_util::Full;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// How long a question is held; the kubelet gives up after ten seconds.
const HOLD: Duration = Duration::from_secs(8);

/// A version of the list.
#[derive(Debug, Clone, Default)]
pub(crate) struct Served {
    /// Counts up; zero before there is a list.
    pub(crate) generation: u64,
    /// The list.
    pub(crate) body: Bytes,
}

/// A listener on loopback, on `port` if that is free, else on any.
pub(crate) async fn listen(port: Option<u16>) -> std::io::Result<TcpListener> {
    let address = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    if let Some(port) = port
        && let Ok(listener) = TcpListener::bind(address(port)).await
    {
        return Ok(listener);
    }
    TcpListener::bind(address(0)).await
}

/// Serves until it is dropped.
pub(crate) async fn serve(listener: TcpListener, list: watch::Receiver<Served>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    let list = list.clone();
                    connections.spawn(async move {
                        let seen = Arc::new(AtomicU64::new(0));
                        let service = service_fn(move |request| answer(request, list.clone(), Arc::clone(&seen)));
                        // A connection that breaks is opened again by the kubelet.
                        drop(http1::Builder::new().serve_connection(TokioIo::new(stream), service).await);
                    });
                }
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            },
            _ = connections.join_next(), if !connections.is_empty() => {}
        }
    }
}

async fn answer<B>(
    request: http::Request<B>,
    mut list: watch::Receiver<Served>,
    seen: Arc<AtomicU64>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    if request.method() != Method::GET {
        return Ok(status(StatusCode::METHOD_NOT_ALLOWED));
    }
    let last = seen.load(Ordering::Relaxed);
    // Time over is no different from a change: what there is now is the answer.
    drop(tokio::time::timeout(HOLD, list.wait_for(|served| served.generation != last)).await);
    let served = list.borrow().clone();
    if served.generation == 0 {
        return Ok(status(StatusCode::SERVICE_UNAVAILABLE));
    }
    seen.store(served.generation, Ordering::Relaxed);
    let mut reply = Response::new(Full::new(served.body));
    reply.headers_mut().insert(header::CONTENT_TYPE, header::HeaderValue::from_static("application/json"));
    Ok(reply)
}

fn status(status: StatusCode) -> Response<Full<Bytes>> {
    let mut reply = Response::new(Full::default());
    *reply.status_mut() = status;
    reply
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpStream;

    use super::*;

    async fn ask(stream: &mut TcpStream) -> String {
        stream.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
        let mut reply = vec![0; 4096];
        let length = stream.read(&mut reply).await.unwrap();
        String::from_utf8_lossy(&reply[..length]).into_owned()
    }

    #[tokio::test]
    async fn a_second_question_waits_for_a_change() {
        let listener = listen(None).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (publish, list) = watch::channel(Served { generation: 1, body: Bytes::from_static(b"one") });
        let task = tokio::spawn(serve(listener, list));
        let mut stream = TcpStream::connect(address).await.unwrap();
        assert!(ask(&mut stream).await.ends_with("one"));
        let waiting = tokio::spawn(async move { ask(&mut stream).await });
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert!(!waiting.is_finished());
        publish.send_replace(Served { generation: 2, body: Bytes::from_static(b"two") });
        assert!(waiting.await.unwrap().ends_with("two"));
        let mut another = TcpStream::connect(address).await.unwrap();
        assert!(ask(&mut another).await.ends_with("two"));
        task.abort();
    }
}
