//! Watching resources: the current state first, then every change, with a bookmark to resume from.
//!
//! A collection keeps a bounded log of its changes; a watch is a position in that log. So a slow reader costs no
//! memory: when it falls out of the log it gets an error event and has to start again.

use std::marker::PhantomData;
use std::sync::Arc;

use tokio::sync::Notify;

use crate::memory::Shared;
use crate::{Object, Query, Resource, Spec};

/// How a resource changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventKind {
    /// It came.
    Created,
    /// It changed; [`Event::previous`] is what it was.
    Updated,
    /// It went.
    Destroyed,
}

/// A position in the log of changes of a collection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Bookmark(pub u64);

/// What a watch delivers.
#[derive(Debug, Clone)]
pub enum Event {
    /// A resource changed.
    Changed {
        /// How.
        kind: EventKind,
        /// The resource after the change, or the last one before it was destroyed.
        object: Object,
        /// The resource before an update.
        previous: Option<Object>,
        /// Where to resume after this event.
        bookmark: Bookmark,
    },
    /// The current state has been delivered; from here on changes follow.
    Bootstrapped(Bookmark),
    /// The reader was too slow: changes were lost and the watch has ended.
    Lagged,
}

/// Where a watch starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum WatchStart {
    /// With the current state, then [`Event::Bootstrapped`], then changes.
    #[default]
    CurrentState,
    /// With the next change.
    Now,
    /// With the last this many changes that the log still has; in a watch of one resource, changes of that one.
    Tail(usize),
    /// After this bookmark.
    After(Bookmark),
}

/// A running watch on one type in one namespace.
#[derive(Debug)]
pub struct Watch {
    pub(crate) shared: Arc<Shared>,
    pub(crate) collection: (String, &'static str),
    pub(crate) id: Option<String>,
    pub(crate) query: Query,
    pub(crate) initial: std::vec::IntoIter<Object>,
    pub(crate) bootstrapped: bool,
    pub(crate) position: u64,
    pub(crate) changed: Arc<Notify>,
    pub(crate) ended: bool,
}

impl Watch {
    /// Where a watch that starts after this one would go on.
    pub fn bookmark(&self) -> Bookmark {
        Bookmark(self.position)
    }

    /// The next event; waits for it. `None` after [`Event::Lagged`].
    pub async fn next(&mut self) -> Option<Event> {
        loop {
            if self.ended {
                return None;
            }
            let notify = Arc::clone(&self.changed);
            let notified = notify.notified();
            tokio::pin!(notified);
            notified.as_mut().enable();
            if let Some(event) = self.try_next() {
                return Some(event);
            }
            if self.ended {
                return None;
            }
            notified.await;
        }
    }

    /// The next event if there is one already.
    pub fn try_next(&mut self) -> Option<Event> {
        if let Some(object) = self.initial.next() {
            let bookmark = Bookmark(self.position);
            return Some(Event::Changed { kind: EventKind::Created, object, previous: None, bookmark });
        }
        if !self.bootstrapped {
            self.bootstrapped = true;
            return Some(Event::Bootstrapped(Bookmark(self.position)));
        }
        loop {
            let logged = match self.shared.logged(&self.collection, self.position) {
                Ok(logged) => logged?,
                Err(()) => {
                    self.ended = true;
                    return Some(Event::Lagged);
                }
            };
            self.position += 1;
            if let Some(event) = self.selected(logged) {
                return Some(event);
            }
        }
    }

    /// The logged change as this watch sees it: one that enters the selection is a creation, one that leaves it a
    /// destruction.
    fn selected(&self, logged: crate::memory::Logged) -> Option<Event> {
        let matches = |object: &Object| {
            self.id.as_ref().is_none_or(|id| *id == object.metadata().id) && self.query.matches(object.metadata())
        };
        let bookmark = Bookmark(self.position);
        let was = logged.previous.as_ref().is_some_and(&matches);
        let is = matches(&logged.object);
        let kind = match (logged.kind, was, is) {
            (EventKind::Updated, true, true) => EventKind::Updated,
            (EventKind::Updated, false, true) => EventKind::Created,
            (EventKind::Updated, true, false) => EventKind::Destroyed,
            (kind, _, true) => kind,
            _ => return None,
        };
        let previous = if kind == EventKind::Updated { logged.previous } else { None };
        Some(Event::Changed { kind, object: logged.object, previous, bookmark })
    }
}

/// A [`Watch`] of resources of type `S`.
#[derive(Debug)]
pub struct TypedWatch<S: Spec> {
    pub(crate) watch: Watch,
    pub(crate) kind: PhantomData<S>,
}

impl<S: Spec> TypedWatch<S> {
    /// The next change of a resource; skips markers. `None` when the watch lagged behind.
    pub async fn next(&mut self) -> Option<(EventKind, Resource<S>)> {
        loop {
            match self.watch.next().await? {
                Event::Changed { kind, object, .. } => return object.typed().map(|resource| (kind, resource)),
                Event::Bootstrapped(_) => {}
                Event::Lagged => return None,
            }
        }
    }
}
