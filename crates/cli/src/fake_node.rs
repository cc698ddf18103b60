//! A node for tests of commands: answers each method of the machine's service as the test says.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::io;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::{BufMut as _, Bytes, BytesMut};
use http::{HeaderMap, HeaderValue, Request, Response};
use http_body_util::StreamBody;
use hyper::body::Frame;
use hyper_util::rt::TokioIo;
use minos_api::client::Connection;
use tokio::net::{UnixListener, UnixStream};
use tokio::task::JoinHandle;
use tokio_stream::wrappers::UnixListenerStream;
use tonic::Status;
use tonic::body::Body;
use tonic::server::NamedService;
use tonic::transport::{Endpoint, Server};

use crate::session::Session;

/// The encoded messages of a reply.
type Answer = Result<Vec<Vec<u8>>, Status>;

/// The node; it ends with this.
pub struct FakeNode {
    /// A session with it.
    pub session: Session,
    server: JoinHandle<Result<(), tonic::transport::Error>>,
    _folder: tempfile::TempDir,
}

impl FakeNode {
    /// A node that answers the method of this name so. It has to be started where there is a runtime.
    pub fn start(answer: impl Fn(&str) -> Answer + Send + Sync + 'static) -> FakeNode {
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("socket");
        let incoming = UnixListenerStream::new(UnixListener::bind(&socket).unwrap());
        let service = Machine(Arc::new(answer));
        let server = tokio::spawn(Server::builder().add_service(service).serve_with_incoming(incoming));
        let connect = tower::service_fn(move |_| {
            let socket = socket.clone();
            async move { Ok::<_, io::Error>(TokioIo::new(UnixStream::connect(socket).await?)) }
        });
        let channel = Endpoint::from_static("http://node").connect_with_connector_lazy(connect);
        let session = Session::new(Connection::from_channel(channel), Vec::new(), vec!["10.5.0.2:50000".into()]);
        FakeNode { session, server, _folder: folder }
    }
}

impl Drop for FakeNode {
    fn drop(&mut self) {
        self.server.abort();
    }
}

#[derive(Clone)]
struct Machine(Arc<dyn Fn(&str) -> Answer + Send + Sync>);

impl NamedService for Machine {
    const NAME: &'static str = "machine.MachineService";
}

impl tower::Service<Request<Body>> for Machine {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Ready<Result<Response<Body>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let method = request.uri().path().rsplit('/').next().unwrap_or_default();
        ready(Ok(match (self.0)(method) {
            Ok(messages) => reply(&messages),
            Err(status) => status.into_http(),
        }))
    }
}

/// A reply as it goes over the wire: each message behind a byte (not compressed) and its length, then the status.
fn reply(messages: &[Vec<u8>]) -> Response<Body> {
    let mut frames: Vec<Result<Frame<Bytes>, Infallible>> = Vec::new();
    for message in messages {
        let mut frame = BytesMut::new();
        frame.put_u8(0);
        frame.put_u32(u32::try_from(message.len()).unwrap());
        frame.put_slice(message);
        frames.push(Ok(Frame::data(frame.freeze())));
    }
    let status = HeaderMap::from_iter([(http::HeaderName::from_static("grpc-status"), HeaderValue::from_static("0"))]);
    frames.push(Ok(Frame::trailers(status)));
    let body = Body::new(StreamBody::new(futures_util::stream::iter(frames)));
    Response::builder().header("content-type", "application/grpc").body(body).unwrap()
}
