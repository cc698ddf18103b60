//! The `Watch` stream: an empty message when the watch stands, then events.

use minos_api::cosi::resource as wire;
use minos_runtime::{Bookmark, Definition, Event, EventKind, Query, StateError, Store, Watch, WatchStart};
use tonic::Status;

use super::Streaming;
use super::convert::{self, IdQuery};

/// What turns store events into wire events.
struct Feed {
    watch: Watch,
    ids: IdQuery,
    /// Older clients know neither bootstrap nor error events.
    markers: bool,
    /// Collect what is there into one message.
    aggregated: bool,
    bootstrap_marker: BootstrapMarker,
}

/// Which event, if any, says that the current state has been sent.
#[derive(Clone, Copy, PartialEq, Eq)]
enum BootstrapMarker {
    None,
    Bootstrapped,
    Noop,
}

pub fn start(
    store: &Store,
    definition: &'static Definition,
    request: wire::WatchRequest,
) -> Result<Streaming<wire::WatchResponse>, Status> {
    let options = request.options.unwrap_or_default();
    let query = Query { labels: convert::label_queries(options.label_query)? };
    if request.id.is_some() && (options.bootstrap_contents || !query.labels.is_empty()) {
        return Err(Status::unimplemented(
            "a watch of one resource takes neither bootstrap contents nor label queries",
        ));
    }
    let start =
        from(&options.start_from_bookmark, options.tail_events, options.bootstrap_contents, request.id.is_some())?;
    let watch = store
        .watch_objects(definition.type_name, &request.namespace, request.id.clone(), query, start)
        .map_err(|error| match error {
            StateError::InvalidBookmark(_) => Status::failed_precondition(error.to_string()),
            other => Status::internal(other.to_string()),
        })?;
    let first = match (&request.id, start) {
        // A watch of one resource begins with what it is now, or with its absence.
        (Some(id), WatchStart::CurrentState)
            if store.get_object(definition.type_name, &request.namespace, id).is_none() =>
        {
            let resource = convert::tombstone(definition.type_name, &request.namespace, id);
            Some(event(wire::EventType::Destroyed, Some(resource), None))
        }
        _ => None,
    };
    let feed = Feed {
        watch,
        ids: convert::id_query(options.id_query)?,
        markers: request.api_version >= 1,
        aggregated: options.aggregated,
        bootstrap_marker: match (options.bootstrap_contents, options.bootstrap_bookmark) {
            (true, _) => BootstrapMarker::Bootstrapped,
            (false, true) => BootstrapMarker::Noop,
            (false, false) => BootstrapMarker::None,
        },
    };
    let ready = std::iter::once(wire::WatchResponse::default())
        .chain(first.map(|event| wire::WatchResponse { event: vec![event] }))
        .map(Ok);
    let events = futures_util::stream::unfold(Some(feed), |feed| async move {
        let mut feed = feed?;
        match feed.next().await {
            Ok(Some(response)) => Some((Ok(response), Some(feed))),
            Ok(None) => None,
            Err(status) => Some((Err(status), None)),
        }
    });
    Ok(Box::pin(futures_util::StreamExt::chain(tokio_stream::iter(ready), events)))
}

fn from(bookmark: &Option<prost::bytes::Bytes>, tail: i32, contents: bool, one: bool) -> Result<WatchStart, Status> {
    let tail = usize::try_from(tail).unwrap_or(0);
    match bookmark {
        Some(_) if tail > 0 => Err(Status::invalid_argument("tail events and a bookmark exclude each other")),
        Some(bytes) => {
            let bytes: [u8; 8] =
                bytes.as_ref().try_into().map_err(|_| Status::failed_precondition("invalid watch bookmark"))?;
            Ok(WatchStart::After(Bookmark(u64::from_be_bytes(bytes))))
        }
        None if tail > 0 => Ok(WatchStart::Tail(tail)),
        None if contents || one => Ok(WatchStart::CurrentState),
        None => Ok(WatchStart::Now),
    }
}

impl Feed {
    async fn next(&mut self) -> Result<Option<wire::WatchResponse>, Status> {
        loop {
            let Some(first) = self.watch.next().await else { return Ok(None) };
            let mut events: Vec<wire::Event> = self.convert(first)?.into_iter().collect();
            while self.aggregated
                && let Some(further) = self.watch.try_next()
            {
                events.extend(self.convert(further)?);
            }
            if !events.is_empty() {
                return Ok(Some(wire::WatchResponse { event: events }));
            }
        }
    }

    fn convert(&self, from: Event) -> Result<Option<wire::Event>, Status> {
        Ok(match from {
            Event::Changed { kind, object, previous, bookmark } => {
                if !self.ids.matches(&object.metadata().id) {
                    return Ok(None);
                }
                let kind = match kind {
                    EventKind::Created => wire::EventType::Created,
                    EventKind::Updated => wire::EventType::Updated,
                    EventKind::Destroyed => wire::EventType::Destroyed,
                };
                let mut event = event(kind, Some(convert::resource(&object)?), Some(bookmark));
                event.old = previous.map(|object| convert::resource(&object)).transpose()?;
                Some(event)
            }
            Event::Bootstrapped(bookmark) if self.markers => match self.bootstrap_marker {
                BootstrapMarker::None => None,
                BootstrapMarker::Bootstrapped => Some(event(wire::EventType::Bootstrapped, None, Some(bookmark))),
                BootstrapMarker::Noop => Some(event(wire::EventType::Noop, None, Some(bookmark))),
            },
            Event::Bootstrapped(_) => None,
            Event::Lagged if self.markers => {
                let mut event = event(wire::EventType::Errored, None, None);
                event.error = Some("the watch was too slow: changes were lost, start again".to_owned());
                Some(event)
            }
            Event::Lagged => return Err(Status::aborted("the watch was too slow: changes were lost, start again")),
        })
    }
}

fn event(kind: wire::EventType, resource: Option<wire::Resource>, bookmark: Option<Bookmark>) -> wire::Event {
    wire::Event {
        resource,
        event_type: kind.into(),
        bookmark: bookmark.map(|Bookmark(position)| position.to_be_bytes().to_vec().into()),
        ..wire::Event::default()
    }
}
