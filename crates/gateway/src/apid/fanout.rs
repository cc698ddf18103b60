//! One call to several nodes: the same request to each, the replies with the node's name in one answer.

use bytes::Bytes;
use futures_util::future::join_all;
use http::{Request, Response, request::Parts};
use http_body_util::{BodyExt as _, Limited};
use hyper::body::Incoming;
use minos_api::MAX_MESSAGE_BYTES;
use tokio::sync::mpsc;
use tonic::Status;

use super::backend::Backend;
use super::body::Body;
use super::frames::{Frames, failure, frame, tag_streamed, tag_unary};

/// A node, and the call as it goes there.
pub(super) struct Leg {
    pub(super) name: String,
    pub(super) backend: Backend,
    pub(super) parts: Parts,
}

/// Makes the call on every leg. A leg that fails becomes a message that says so, so the call itself succeeds.
pub(super) async fn each(legs: Vec<Leg>, body: Incoming, streamed: bool) -> Result<Response<Body>, Status> {
    let bodies = copies(body, legs.len()).await?;
    let calls = legs.into_iter().zip(bodies).map(|(mut leg, body)| {
        // Compressed messages cannot be opened, so none are asked for.
        leg.parts.headers.remove("grpc-accept-encoding");
        (leg.name, leg.backend, Request::from_parts(leg.parts, body))
    });
    let reply = if streamed {
        let (messages, body) = mpsc::channel(8);
        for (name, backend, request) in calls {
            tokio::spawn(pump(name, backend, request, messages.clone()));
        }
        Body::Stream(body)
    } else {
        let replies = join_all(calls.map(|(name, backend, request)| unary(name, backend, request))).await;
        Body::Message(frame(&replies.concat()))
    };
    let reply = Response::builder().header("content-type", "application/grpc").body(reply);
    reply.map_err(|error| Status::internal(error.to_string()))
}

/// The request once for each leg; a single leg gets it as it comes.
async fn copies(body: Incoming, count: usize) -> Result<Vec<Body>, Status> {
    if count == 1 {
        return Ok(vec![Body::Request(body)]);
    }
    let whole = Limited::new(body, MAX_MESSAGE_BYTES + 5).collect().await;
    let whole =
        whole.map_err(|error| Status::resource_exhausted(format!("the request cannot be read: {error}")))?.to_bytes();
    Ok((0..count).map(|_| Body::Whole(whole.clone())).collect())
}

async fn unary(name: String, backend: Backend, request: Request<Body>) -> Vec<u8> {
    let read = async {
        let mut replies = Vec::new();
        let mut body = Messages::open(&backend, request, false).await?;
        while let Some(message) = body.next().await? {
            replies.extend(tag_unary(&message, &name)?);
        }
        Ok::<_, Status>(replies)
    };
    read.await.unwrap_or_else(|status| failure(&status, &name, false))
}

async fn pump(name: String, backend: Backend, request: Request<Body>, messages: mpsc::Sender<Bytes>) {
    let read = async {
        let mut body = Messages::open(&backend, request, true).await?;
        loop {
            // The node may be silent for long; the caller's leaving ends the call there too.
            let message = tokio::select! {
                message = body.next() => message?,
                () = messages.closed() => None,
            };
            let Some(message) = message else {
                return Ok(());
            };
            if messages.send(frame(&tag_streamed(&message, &name))).await.is_err() {
                return Ok(());
            }
        }
    };
    let outcome: Result<(), Status> = read.await;
    if let Err(status) = outcome {
        let _ = messages.send(frame(&failure(&status, &name, true))).await;
    }
}

/// The messages of a reply, until its status.
struct Messages {
    body: Incoming,
    frames: Frames,
}

impl Messages {
    async fn open(backend: &Backend, request: Request<Body>, streamed: bool) -> Result<Messages, Status> {
        let reply = backend.send(request, streamed).await?;
        // A reply that is nothing but its status has it among the headers.
        check(Status::from_header_map(reply.headers()))?;
        Ok(Messages { body: reply.into_body(), frames: Frames::default() })
    }

    async fn next(&mut self) -> Result<Option<Bytes>, Status> {
        loop {
            if let Some(message) = self.frames.next()? {
                return Ok(Some(message));
            }
            let Some(part) = self.body.frame().await else {
                return Ok(None);
            };
            let part = part.map_err(|error| Status::unavailable(format!("the reply broke off: {error}")))?;
            match part.into_data() {
                Ok(data) => self.frames.push(&data),
                Err(part) => check(part.trailers_ref().and_then(Status::from_header_map))?,
            }
        }
    }
}

fn check(status: Option<Status>) -> Result<(), Status> {
    match status {
        Some(status) if status.code() != tonic::Code::Ok => Err(status),
        _ => Ok(()),
    }
}
