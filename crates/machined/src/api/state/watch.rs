//! The `Watch` stream: an empty message when the watch stands, then events.

use minos_api::cosi::resource as wire;
use minos_runtime::{Definition, Event, EventKind, Query, StateError, Store, Watch, WatchStart};
use tonic::Status;

use super::Streaming;
use super::access::Secrets;
use super::bookmark;
use super::convert::{self, IdQuery};

/// What makes wire events of store events.
struct Feed {
    watch: Watch,
    definition: &'static Definition,
    namespace: String,
    ids: IdQuery,
    secrets: Secrets,
    /// Older clients know neither bootstrap nor error events.
    knows_markers: bool,
    /// Collect what is there into one message.
    aggregated: bool,
    /// The current state is being sent; its events carry no bookmark.
    bootstrapping: bool,
    /// Say when the current state has been sent.
    announces_bootstrap: bool,
    /// Still to be sent: an event that only carries a bookmark.
    owes_bookmark: bool,
}

pub fn start(
    store: &Store,
    definition: &'static Definition,
    request: wire::WatchRequest,
    secrets: Secrets,
) -> Result<Streaming<wire::WatchResponse>, Status> {
    let options = request.options.unwrap_or_default();
    let one = request.id.is_some();
    if one && options.bootstrap_contents {
        return Err(Status::unimplemented("bootstrap contents is not implemented for resource watch"));
    }
    if one && !options.label_query.is_empty() {
        return Err(Status::unimplemented("label query is not implemented for resource watch"));
    }
    let start = from(&options, one)?;
    let query = Query { labels: convert::label_queries(options.label_query)? };
    let ids = convert::id_query(options.id_query.filter(|_| !one))?;
    let watch = store
        .watch_objects(definition.type_name, &request.namespace, request.id.clone(), query, start)
        .map_err(|error| match error {
            StateError::InvalidBookmark(_) => bookmark::invalid(),
            other => Status::internal(other.to_string()),
        })?;
    let first = match (&request.id, start) {
        // A watch of one resource begins with what it is now, or with its absence.
        (Some(id), WatchStart::CurrentState)
            if store.get_object(definition.type_name, &request.namespace, id).is_none() =>
        {
            let resource = convert::tombstone(definition.type_name, &request.namespace, id);
            Some(event(wire::EventType::Destroyed, Some(resource)))
        }
        _ => None,
    };
    let feed = Feed {
        watch,
        definition,
        namespace: request.namespace,
        ids,
        secrets,
        knows_markers: request.api_version >= 1,
        aggregated: options.aggregated && !one,
        bootstrapping: start == WatchStart::CurrentState,
        announces_bootstrap: options.bootstrap_contents,
        owes_bookmark: options.bootstrap_bookmark && !one,
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

/// Where the watch starts. Combinations that make no sense are refused with the words of the contract, and with its code.
fn from(options: &wire::WatchOptions, one: bool) -> Result<WatchStart, Status> {
    let tail = usize::try_from(options.tail_events).unwrap_or(0);
    match &options.start_from_bookmark {
        bookmark if options.bootstrap_contents && (tail > 0 || bookmark.is_some()) => {
            Err(Status::unknown("cannot use BootstrapContents with TailEvents and StartFromBookmark options"))
        }
        Some(_) if tail > 0 => Err(Status::unknown("cannot use both TailEvents and StartFromBookmark options")),
        Some(bytes) => bookmark::decode(bytes).map(WatchStart::After),
        None if tail > 0 => Ok(WatchStart::Tail(tail)),
        None if options.bootstrap_contents || one => Ok(WatchStart::CurrentState),
        None => Ok(WatchStart::Now),
    }
}

impl Feed {
    async fn next(&mut self) -> Result<Option<wire::WatchResponse>, Status> {
        loop {
            if self.owes_bookmark && !self.bootstrapping {
                self.owes_bookmark = false;
                let event = self.marker(wire::EventType::Noop);
                return Ok(Some(wire::WatchResponse { event: vec![event] }));
            }
            let was_bootstrapping = self.bootstrapping;
            let Some(first) = self.watch.next().await else { return Ok(None) };
            let mut events: Vec<wire::Event> = self.convert(first)?.into_iter().collect();
            while self.aggregated
                && self.bootstrapping == was_bootstrapping
                && let Some(further) = self.watch.try_next()
            {
                events.extend(self.convert(further)?);
            }
            if !events.is_empty() {
                return Ok(Some(wire::WatchResponse { event: events }));
            }
        }
    }

    fn convert(&mut self, from: Event) -> Result<Option<wire::Event>, Status> {
        match from {
            Event::Changed { object, .. } if !self.ids.matches(&object.metadata().id) => Ok(None),
            Event::Changed { kind, object, previous, bookmark } => {
                let kind = match kind {
                    EventKind::Created => wire::EventType::Created,
                    EventKind::Updated => wire::EventType::Updated,
                    EventKind::Destroyed => wire::EventType::Destroyed,
                };
                let mut event = event(kind, Some(convert::resource(&object, self.secrets)?));
                event.old = previous.map(|object| convert::resource(&object, self.secrets)).transpose()?;
                event.bookmark = (!self.bootstrapping).then(|| bookmark::encode(bookmark));
                Ok(Some(event))
            }
            Event::Bootstrapped(_) => {
                self.bootstrapping = false;
                let announce = self.announces_bootstrap && self.knows_markers;
                Ok(announce.then(|| self.marker(wire::EventType::Bootstrapped)))
            }
            Event::Lagged => {
                let text =
                    format!("buffer overrun: namespace {:?} type {:?}", self.namespace, self.definition.type_name);
                if !self.knows_markers {
                    return Err(Status::aborted(text));
                }
                let mut event = event(wire::EventType::Errored, None);
                event.error = Some(text);
                Ok(Some(event))
            }
        }
    }

    /// An event without a resource of its own: it names the type, and carries a bookmark.
    fn marker(&self, kind: wire::EventType) -> wire::Event {
        let mut event = event(kind, Some(convert::tombstone(self.definition.type_name, &self.namespace, "")));
        event.bookmark = Some(bookmark::encode(self.watch.bookmark()));
        event
    }
}

fn event(kind: wire::EventType, resource: Option<wire::Resource>) -> wire::Event {
    wire::Event { resource, event_type: kind.into(), ..wire::Event::default() }
}
