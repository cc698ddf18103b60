//! The bodies that pass through the gateway, without boxes.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::HeaderMap;
use http::HeaderValue;
use http_body::{Frame, SizeHint};
use hyper::body::Incoming;
use tokio::sync::mpsc;
use tonic::Status;

/// What a request or a reply carries.
#[derive(Default)]
pub(super) enum Body {
    /// Nothing.
    #[default]
    Empty,
    /// What the caller sends, chunk by chunk.
    Request(Incoming),
    /// What a backend sends, chunk by chunk. When it breaks off, the caller gets a status instead of a torn stream.
    Reply(Incoming),
    /// Bytes that are already here.
    Whole(Bytes),
    /// One framed message, then success.
    Message(Bytes),
    /// Framed messages as they come, then success.
    Stream(mpsc::Receiver<Bytes>),
}

fn trailers(status: &Status) -> Frame<Bytes> {
    let mut map = HeaderMap::with_capacity(2);
    if status.add_header(&mut map).is_err() {
        map.insert("grpc-status", HeaderValue::from_static("13"));
    }
    Frame::trailers(map)
}

fn success() -> Frame<Bytes> {
    let mut map = HeaderMap::with_capacity(1);
    map.insert("grpc-status", HeaderValue::from_static("0"));
    Frame::trailers(map)
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let this = &mut *self;
        match this {
            Body::Empty => Poll::Ready(None),
            Body::Request(incoming) => Pin::new(incoming).poll_frame(cx),
            Body::Reply(incoming) => match Pin::new(incoming).poll_frame(cx) {
                Poll::Ready(Some(Err(error))) => {
                    *this = Body::Empty;
                    let status = Status::unavailable(format!("the connection behind the gateway was lost: {error}"));
                    Poll::Ready(Some(Ok(trailers(&status))))
                }
                other => other,
            },
            Body::Whole(bytes) => {
                let bytes = std::mem::take(bytes);
                *this = Body::Empty;
                Poll::Ready(Some(Ok(Frame::data(bytes))))
            }
            Body::Message(bytes) => {
                let bytes = std::mem::take(bytes);
                // A closed channel ends a stream at once, with success.
                *this = Body::Stream(mpsc::channel(1).1);
                Poll::Ready(Some(Ok(Frame::data(bytes))))
            }
            Body::Stream(messages) => match messages.poll_recv(cx) {
                Poll::Pending => Poll::Pending,
                Poll::Ready(Some(message)) => Poll::Ready(Some(Ok(Frame::data(message)))),
                Poll::Ready(None) => {
                    *this = Body::Empty;
                    Poll::Ready(Some(Ok(success())))
                }
            },
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Body::Empty => true,
            Body::Request(incoming) | Body::Reply(incoming) => incoming.is_end_stream(),
            Body::Whole(_) | Body::Message(_) | Body::Stream(_) => false,
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Body::Request(incoming) | Body::Reply(incoming) => incoming.size_hint(),
            Body::Whole(bytes) => SizeHint::with_exact(bytes.len() as u64),
            _ => SizeHint::default(),
        }
    }
}
