//! `Events`: what happened on the node, and what happens.

use minos_api::machine as m;
use tonic::{Response, Status};

use super::{Reply, Streaming};
use crate::events::{EventId, Tail};
use crate::node::Node;

pub fn stream(node: &Node, request: m::EventsRequest) -> Reply<Streaming<m::Event>> {
    let tail = if !request.tail_id.is_empty() {
        let id = EventId::parse(&request.tail_id)
            .ok_or_else(|| Status::invalid_argument(format!("tail_id {:?} is not an event id", request.tail_id)))?;
        Tail::After(id)
    } else if request.tail_seconds > 0 {
        Tail::Seconds(u64::from(request.tail_seconds.unsigned_abs()))
    } else {
        match usize::try_from(request.tail_events) {
            Ok(count) => Tail::Count(count),
            Err(_) => Tail::Count(usize::MAX),
        }
    };
    // An empty event first, so that the client knows that it is connected.
    let hello = m::Event { actor_id: request.with_actor_id.clone(), ..m::Event::default() };
    let actor = Some(request.with_actor_id).filter(|actor| !actor.is_empty());
    let events = node.events.follow(tail, actor);
    Ok(Response::new(Box::pin(futures_util::StreamExt::chain(tokio_stream::once(Ok(hello)), events))))
}
