//! The store's memory: collections of objects, a bounded log of changes for each, and the rules of every operation.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use tokio::sync::Notify;

use crate::resource::name;
use crate::{AnySpec, EventKind, Metadata, Object, Phase, StateError};

/// How many changes of a type in a namespace are remembered for slow watches and for bookmarks.
const LOG_CAPACITY: usize = 1024;

/// Namespace and type name.
pub(crate) type CollectionKey = (String, &'static str);

/// Called with every change, in order, while the store is locked: it must not call the store.
pub(crate) type Observer = Arc<dyn Fn(&Logged) + Send + Sync>;

/// A remembered change.
#[derive(Debug, Clone)]
pub(crate) struct Logged {
    pub(crate) kind: EventKind,
    pub(crate) object: Object,
    pub(crate) previous: Option<Object>,
}

pub(crate) struct Collection {
    pub(crate) objects: BTreeMap<String, Object>,
    log: VecDeque<Logged>,
    /// Position after the newest change in `log`.
    pub(crate) end: u64,
    pub(crate) changed: Arc<Notify>,
    observers: Vec<Observer>,
}

#[derive(Default)]
pub(crate) struct Shared {
    collections: Mutex<HashMap<CollectionKey, Collection>>,
}

/// A locked store: one operation, atomic.
pub(crate) struct Locked<'a> {
    guard: MutexGuard<'a, HashMap<CollectionKey, Collection>>,
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").finish_non_exhaustive()
    }
}

impl Default for Collection {
    fn default() -> Self {
        Self {
            objects: BTreeMap::new(),
            log: VecDeque::new(),
            end: 0,
            changed: Arc::new(Notify::new()),
            observers: Vec::new(),
        }
    }
}

impl Shared {
    pub(crate) fn lock(&self) -> Locked<'_> {
        Locked { guard: self.collections.lock().unwrap_or_else(PoisonError::into_inner) }
    }

    /// The change at `position`; `Err` when it has been forgotten.
    pub(crate) fn logged(&self, key: &CollectionKey, position: u64) -> Result<Option<Logged>, ()> {
        let mut locked = self.lock();
        let collection = locked.collection(key);
        if position >= collection.end {
            return Ok(None);
        }
        let behind = usize::try_from(collection.end - position).map_err(|_| ())?;
        let index = collection.log.len().checked_sub(behind).ok_or(())?;
        Ok(collection.log.get(index).cloned())
    }
}

impl Collection {
    fn commit(&mut self, kind: EventKind, object: Object, previous: Option<Object>) {
        let id = object.metadata().id.clone();
        match kind {
            EventKind::Destroyed => drop(self.objects.remove(&id)),
            _ => drop(self.objects.insert(id, object.clone())),
        }
        let logged = Logged { kind, object, previous };
        for observer in &self.observers {
            observer(&logged);
        }
        if self.log.len() == LOG_CAPACITY {
            self.log.pop_front();
        }
        self.log.push_back(logged);
        self.end += 1;
        self.changed.notify_waiters();
    }

    /// The oldest position that the log still has.
    pub(crate) fn start(&self) -> u64 {
        self.end - self.log.len() as u64
    }

    /// The position before the last `count` changes (of one resource, when an id is given) that the log still has.
    pub(crate) fn tail(&self, id: Option<&str>, count: usize) -> u64 {
        let counts = |logged: &Logged| id.is_none_or(|id| id == logged.object.metadata().id);
        let newest_first = self.log.iter().rev().enumerate().filter(|(_, logged)| counts(logged));
        let oldest = newest_first.take(count).last().map_or(0, |(behind, _)| behind as u64 + 1);
        self.end - oldest
    }
}

/// A change to apply to an existing resource.
pub(crate) struct Change<'a> {
    pub(crate) owner: &'a str,
    /// Refuse unless this is the current version.
    pub(crate) expected_version: Option<u64>,
    /// The phase that the resource must have for the change to be allowed.
    pub(crate) expected_phase: Option<Phase>,
    /// Edits a copy of the metadata; the new spec, or `None` for the same.
    #[allow(clippy::type_complexity)]
    pub(crate) edit: &'a mut dyn FnMut(&mut Metadata, &Object) -> Option<Arc<dyn AnySpec>>,
}

impl Locked<'_> {
    pub(crate) fn collection(&mut self, key: &CollectionKey) -> &mut Collection {
        if !self.guard.contains_key(key) {
            self.guard.insert(key.clone(), Collection::default());
        }
        self.guard.get_mut(key).expect("inserted just above")
    }

    pub(crate) fn observe(&mut self, key: &CollectionKey, observer: Observer) -> Vec<Object> {
        let collection = self.collection(key);
        collection.observers.push(observer);
        collection.objects.values().cloned().collect()
    }

    pub(crate) fn create(&mut self, mut metadata: Metadata, spec: Arc<dyn AnySpec>) -> Result<Object, StateError> {
        let key = (metadata.namespace.clone(), metadata.type_name);
        let collection = self.collection(&key);
        if collection.objects.contains_key(&metadata.id) {
            return Err(StateError::Exists(name(key.1, &key.0, &metadata.id)));
        }
        metadata.version = 1;
        let object = Object::new(metadata, spec);
        collection.commit(EventKind::Created, object.clone(), None);
        Ok(object)
    }

    /// Applies `change`; commits only when something differs.
    pub(crate) fn change(&mut self, key: &CollectionKey, id: &str, change: Change<'_>) -> Result<Object, StateError> {
        let resource = || name(key.1, &key.0, id);
        let collection = self.collection(key);
        let old = collection.objects.get(id).cloned().ok_or_else(|| StateError::NotFound(resource()))?;
        let current = old.metadata();
        check_owner(&old, change.owner)?;
        if let Some(expected) = change.expected_version.filter(|version| *version != current.version) {
            return Err(StateError::VersionConflict { resource: resource(), expected, actual: current.version });
        }
        if change.expected_phase.is_some_and(|phase| phase != current.phase) {
            return Err(StateError::PhaseConflict(resource()));
        }
        let mut metadata = current.clone();
        let spec = (change.edit)(&mut metadata, &old);
        let same_spec = spec.as_ref().is_none_or(|spec| spec.equals(old.spec()));
        if same_spec && metadata == *current {
            return Ok(old);
        }
        metadata.version += 1;
        metadata.updated = SystemTime::now();
        let goes = metadata.doomed && metadata.finalizers.is_empty() && metadata.phase == Phase::TearingDown;
        let object = Object::new(metadata, spec.unwrap_or_else(|| old.shared_spec()));
        collection.commit(EventKind::Updated, object.clone(), Some(old));
        if goes {
            collection.commit(EventKind::Destroyed, object.clone(), None);
        }
        Ok(object)
    }

    pub(crate) fn destroy(&mut self, key: &CollectionKey, id: &str, owner: &str) -> Result<(), StateError> {
        let resource = || name(key.1, &key.0, id);
        let collection = self.collection(key);
        let old = collection.objects.get(id).cloned().ok_or_else(|| StateError::NotFound(resource()))?;
        check_owner(&old, owner)?;
        if !old.metadata().finalizers.is_empty() {
            let finalizers = old.metadata().finalizers.iter().cloned().collect();
            return Err(StateError::PendingFinalizers { resource: resource(), finalizers });
        }
        collection.commit(EventKind::Destroyed, old, None);
        Ok(())
    }
}

fn check_owner(object: &Object, actor: &str) -> Result<(), StateError> {
    let owner = &object.metadata().owner;
    if owner == actor || actor == ANYBODY {
        return Ok(());
    }
    Err(StateError::OwnerConflict { resource: object.name(), owner: owner.clone(), actor: actor.to_owned() })
}

/// The actor of operations that everybody may do to everybody's resources: finalizers.
pub(crate) const ANYBODY: &str = "*";
