//! The specification of the store as runnable checks: every implementation, and every way to reach one, has to pass
//! them. Each check panics with what was expected.

use crate::store::Target;
use crate::{Bookmark, Column, Event, EventKind, Labels, Phase, Query, Spec, StateError, Store, Watch, WatchStart};
use serde::{Deserialize, Serialize};

/// A resource for checks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sample {
    /// A value.
    pub value: u64,
}

impl Spec for Sample {
    const TYPE: &'static str = "Samples.test.minos.dev";
    const NAMESPACE: &'static str = "test";
    const COLUMNS: &'static [Column] = &[Column::new("Value", "{.value}")];
}

/// Runs every check of the store, each on a store that `fresh` makes.
pub async fn store(fresh: impl Fn() -> Store) {
    versions_rise_and_conflicts_are_refused(&fresh());
    only_the_owner_writes(&fresh());
    equal_writes_change_nothing(&fresh());
    deletion_has_two_phases(&fresh());
    removal_waits_for_finalizers(&fresh());
    queries_select(&fresh());
    a_watch_starts_with_the_current_state(&fresh()).await;
    a_bookmark_resumes(&fresh()).await;
    a_label_watch_sees_entering_and_leaving(&fresh()).await;
    a_slow_watch_is_told(&fresh()).await;
}

fn at<'a>(owner: &'a str, id: &'a str) -> Target<'a> {
    Target { owner, namespace: Sample::NAMESPACE, id }
}

fn versions_rise_and_conflicts_are_refused(store: &Store) {
    let one = store.create("", "a", Sample { value: 1 }).expect("create");
    assert_eq!(one.metadata().version, 1);
    assert_eq!(one.metadata().phase, Phase::Running);
    let again = store.create("", "a", Sample { value: 1 });
    assert!(matches!(again, Err(StateError::Exists(_))), "a second create is refused: {again:?}");
    let two = store.update(at("", "a"), 1, Sample { value: 2 }).expect("update of the current version");
    assert_eq!((two.metadata().version, two.value), (2, 2));
    let stale = store.update(at("", "a"), 1, Sample { value: 3 });
    assert!(matches!(stale, Err(StateError::VersionConflict { expected: 1, actual: 2, .. })), "{stale:?}");
    let missing = store.update(at("", "b"), 1, Sample { value: 3 });
    assert!(missing.is_err_and(|error| error.is_not_found()));
}

fn only_the_owner_writes(store: &Store) {
    store.create("one", "a", Sample { value: 1 }).expect("create");
    let other = store.put("two", "a", Sample { value: 2 });
    assert!(matches!(other, Err(StateError::OwnerConflict { .. })), "{other:?}");
    assert!(matches!(store.destroy::<Sample>(at("two", "a")), Err(StateError::OwnerConflict { .. })));
    store.put("one", "a", Sample { value: 2 }).expect("the owner may");
}

fn equal_writes_change_nothing(store: &Store) {
    store.put("", "a", Sample { value: 1 }).expect("put");
    let same = store.put("", "a", Sample { value: 1 }).expect("put");
    assert_eq!(same.metadata().version, 1, "an equal spec is no change");
}

fn deletion_has_two_phases(store: &Store) {
    store.create("", "a", Sample { value: 1 }).expect("create");
    store.hold::<Sample>(Sample::NAMESPACE, "a", "holder").expect("hold");
    assert!(!store.teardown::<Sample>(at("", "a")).expect("teardown"), "it is held");
    let held = store.destroy::<Sample>(at("", "a"));
    assert!(matches!(held, Err(StateError::PendingFinalizers { .. })), "{held:?}");
    let late = store.hold::<Sample>(Sample::NAMESPACE, "a", "late");
    assert!(matches!(late, Err(StateError::PhaseConflict(_))), "what goes cannot be held: {late:?}");
    let write = store.put("", "a", Sample { value: 2 });
    assert!(matches!(write, Err(StateError::PhaseConflict(_))), "what goes cannot change: {write:?}");
    store.release::<Sample>(Sample::NAMESPACE, "a", "holder");
    store.destroy::<Sample>(at("", "a")).expect("destroy");
    assert!(store.get::<Sample>("a").is_none());
}

fn removal_waits_for_finalizers(store: &Store) {
    store.create("", "a", Sample { value: 1 }).expect("create");
    store.hold::<Sample>(Sample::NAMESPACE, "a", "holder").expect("hold");
    store.remove::<Sample>(at("", "a")).expect("remove");
    let going = store.get::<Sample>("a").expect("still held");
    assert_eq!(going.metadata().phase, Phase::TearingDown);
    store.release::<Sample>(Sample::NAMESPACE, "a", "holder");
    assert!(store.get::<Sample>("a").is_none(), "the last release destroys it");
    store.remove::<Sample>(at("", "a")).expect("removing nothing is fine");
}

fn queries_select(store: &Store) {
    for (id, tier) in [("a", "front"), ("b", "back")] {
        let labels = Labels::from([("tier".to_owned(), tier.to_owned())]);
        store.create_at(at("", id), labels, Sample { value: 1 }).expect("create");
    }
    let found = store.list_in::<Sample>(Sample::NAMESPACE, &Query::label("tier", "back"));
    assert_eq!(found.iter().map(|one| one.id()).collect::<Vec<_>>(), ["b"]);
}

fn watch(store: &Store, query: Query, start: WatchStart) -> Watch {
    store.watch_objects(Sample::TYPE, Sample::NAMESPACE, None, query, start).expect("watch")
}

async fn change(watch: &mut Watch) -> (EventKind, u64, Bookmark) {
    match watch.next().await.expect("the watch goes on") {
        Event::Changed { kind, object, bookmark, .. } => {
            (kind, object.spec_as::<Sample>().expect("a sample").value, bookmark)
        }
        other => panic!("expected a change, not {other:?}"),
    }
}

async fn a_watch_starts_with_the_current_state(store: &Store) {
    store.put("", "a", Sample { value: 1 }).expect("put");
    let mut watch = watch(store, Query::default(), WatchStart::CurrentState);
    store.put("", "a", Sample { value: 2 }).expect("put");
    let (kind, value, _) = change(&mut watch).await;
    assert_eq!((kind, value), (EventKind::Created, 1), "the state when the watch began");
    assert!(matches!(watch.next().await, Some(Event::Bootstrapped(_))));
    let (kind, value, _) = change(&mut watch).await;
    assert_eq!((kind, value), (EventKind::Updated, 2));
    store.destroy::<Sample>(at("", "a")).expect("destroy");
    assert_eq!(change(&mut watch).await.0, EventKind::Destroyed);
}

async fn a_bookmark_resumes(store: &Store) {
    let mut first = watch(store, Query::default(), WatchStart::Now);
    for value in 1..=3 {
        store.put("", "a", Sample { value }).expect("put");
    }
    let (_, _, bookmark) = change(&mut first).await;
    let mut second = watch(store, Query::default(), WatchStart::After(bookmark));
    assert_eq!(change(&mut second).await.1, 2, "resumes after the bookmark");
    let future = store.watch_objects(
        Sample::TYPE,
        Sample::NAMESPACE,
        None,
        Query::default(),
        WatchStart::After(Bookmark(1_000_000)),
    );
    assert!(matches!(future, Err(StateError::InvalidBookmark(_))));
    let mut tail = watch(store, Query::default(), WatchStart::Tail(1));
    assert_eq!(change(&mut tail).await.1, 3, "the last change");
}

async fn a_label_watch_sees_entering_and_leaving(store: &Store) {
    let mut watch = watch(store, Query::label("on", "yes"), WatchStart::Now);
    let labels = |on: &str| Labels::from([("on".to_owned(), on.to_owned())]);
    for on in ["no", "yes", "no"] {
        store.put_at(at("", "a"), &labels(on), Sample { value: 1 }).expect("put");
    }
    assert_eq!(change(&mut watch).await.0, EventKind::Created, "it enters the selection");
    assert_eq!(change(&mut watch).await.0, EventKind::Destroyed, "it leaves the selection");
}

async fn a_slow_watch_is_told(store: &Store) {
    let mut watch = watch(store, Query::default(), WatchStart::Now);
    for value in 0..5000 {
        store.put("", "a", Sample { value }).expect("put");
    }
    assert!(matches!(watch.next().await, Some(Event::Lagged)), "changes were lost, and the reader knows");
    assert!(watch.next().await.is_none());
}
