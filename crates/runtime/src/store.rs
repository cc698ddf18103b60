//! The typed face of the store.

use std::marker::PhantomData;
use std::sync::Arc;

use crate::memory::{ANYBODY, Change, CollectionKey, Observer, Shared};
use crate::{
    Bookmark, Labels, Metadata, Object, Phase, Query, Resource, Spec, StateError, TypedWatch, Watch, WatchStart,
};

/// The node's resources. Cheap to clone; all clones are one store.
///
/// Every operation is atomic. Writers name themselves (`owner`, the empty string for the API and the boot sequence);
/// only the owner may change or remove what it wrote.
#[derive(Debug, Clone, Default)]
pub struct Store {
    shared: Arc<Shared>,
}

/// The place of a resource, and who wants to write there.
#[derive(Debug, Clone, Copy)]
pub struct Target<'a> {
    /// Who writes.
    pub owner: &'a str,
    /// Namespace.
    pub namespace: &'a str,
    /// Id.
    pub id: &'a str,
}

impl Store {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    /// The resource `id` in the type's own namespace.
    pub fn get<S: Spec>(&self, id: &str) -> Option<Resource<S>> {
        self.get_in(S::NAMESPACE, id)
    }

    /// The resource `id` in `namespace`.
    pub fn get_in<S: Spec>(&self, namespace: &str, id: &str) -> Option<Resource<S>> {
        self.get_object(S::TYPE, namespace, id)?.typed()
    }

    /// All resources of the type in its own namespace, by id.
    pub fn list<S: Spec>(&self) -> Vec<Resource<S>> {
        self.list_in(S::NAMESPACE, &Query::default())
    }

    /// The resources of the type in `namespace` that `query` selects, by id.
    pub fn list_in<S: Spec>(&self, namespace: &str, query: &Query) -> Vec<Resource<S>> {
        self.list_objects(S::TYPE, namespace, query).iter().filter_map(Object::typed).collect()
    }

    /// The resource without its static type.
    pub fn get_object(&self, type_name: &'static str, namespace: &str, id: &str) -> Option<Object> {
        self.shared.lock().collection(&(namespace.to_owned(), type_name)).objects.get(id).cloned()
    }

    /// The resources of a type in `namespace` that `query` selects, by id.
    pub fn list_objects(&self, type_name: &'static str, namespace: &str, query: &Query) -> Vec<Object> {
        let mut locked = self.shared.lock();
        let collection = locked.collection(&(namespace.to_owned(), type_name));
        collection.objects.values().filter(|object| query.matches(object.metadata())).cloned().collect()
    }

    /// Writes a new resource.
    ///
    /// # Errors
    /// [`StateError::Exists`].
    pub fn create<S: Spec>(&self, owner: &str, id: &str, spec: S) -> Result<Resource<S>, StateError> {
        self.create_at(Target { owner, namespace: S::NAMESPACE, id }, Labels::new(), spec)
    }

    /// Writes a new resource in a namespace, with labels.
    ///
    /// # Errors
    /// [`StateError::Exists`].
    pub fn create_at<S: Spec>(&self, at: Target<'_>, labels: Labels, spec: S) -> Result<Resource<S>, StateError> {
        let mut metadata = Metadata::of::<S>(at.namespace, at.id);
        at.owner.clone_into(&mut metadata.owner);
        metadata.labels = labels;
        let object = self.shared.lock().create(metadata, Arc::new(spec))?;
        Ok(object.typed().expect("just made from an S"))
    }

    /// Replaces the spec, if `version` is still the current one.
    ///
    /// # Errors
    /// Not found, version, owner or phase conflict.
    pub fn update<S: Spec>(&self, at: Target<'_>, version: u64, spec: S) -> Result<Resource<S>, StateError> {
        let mut spec = Some(spec);
        let change = Change {
            owner: at.owner,
            expected_version: Some(version),
            expected_phase: Some(Phase::Running),
            edit: &mut |_, _| spec.take().map(|spec| Arc::new(spec) as _),
        };
        let object = self.shared.lock().change(&key::<S>(at.namespace), at.id, change)?;
        Ok(object.typed().expect("the collection holds only S"))
    }

    /// Creates the resource or makes it equal to `spec`, whatever was there.
    ///
    /// # Errors
    /// Owner conflict; phase conflict while it is being torn down.
    pub fn put<S: Spec>(&self, owner: &str, id: &str, spec: S) -> Result<Resource<S>, StateError> {
        self.put_at(Target { owner, namespace: S::NAMESPACE, id }, &Labels::new(), spec)
    }

    /// Creates the resource or makes its spec and labels equal to what is given.
    ///
    /// # Errors
    /// Owner conflict; phase conflict while it is being torn down.
    pub fn put_at<S: Spec>(&self, at: Target<'_>, labels: &Labels, spec: S) -> Result<Resource<S>, StateError> {
        let mut locked = self.shared.lock();
        let key = key::<S>(at.namespace);
        let object = if locked.collection(&key).objects.contains_key(at.id) {
            let mut spec = Some(spec);
            let change = Change {
                owner: at.owner,
                expected_version: None,
                expected_phase: Some(Phase::Running),
                edit: &mut |metadata, _| {
                    metadata.labels.clone_from(labels);
                    spec.take().map(|spec| Arc::new(spec) as _)
                },
            };
            locked.change(&key, at.id, change)?
        } else {
            let mut metadata = Metadata::of::<S>(at.namespace, at.id);
            at.owner.clone_into(&mut metadata.owner);
            metadata.labels.clone_from(labels);
            locked.create(metadata, Arc::new(spec))?
        };
        Ok(object.typed().expect("the collection holds only S"))
    }

    /// Asks a resource to go; whether nobody holds it any more, so that it can be destroyed.
    ///
    /// # Errors
    /// Not found, owner conflict.
    pub fn teardown<S: Spec>(&self, at: Target<'_>) -> Result<bool, StateError> {
        let edit = &mut |metadata: &mut Metadata, _: &Object| {
            metadata.phase = Phase::TearingDown;
            None
        };
        let change = Change { owner: at.owner, expected_version: None, expected_phase: None, edit };
        let object = self.shared.lock().change(&key::<S>(at.namespace), at.id, change)?;
        Ok(object.metadata().finalizers.is_empty())
    }

    /// Removes a resource that nobody holds.
    ///
    /// # Errors
    /// Not found, owner conflict, pending finalizers.
    pub fn destroy<S: Spec>(&self, at: Target<'_>) -> Result<(), StateError> {
        self.shared.lock().destroy(&key::<S>(at.namespace), at.id, at.owner)
    }

    /// Asks a resource to go and has the store destroy it once nobody holds it. Nothing happens when it is gone.
    ///
    /// # Errors
    /// Owner conflict.
    pub fn remove<S: Spec>(&self, at: Target<'_>) -> Result<(), StateError> {
        self.remove_object(&key::<S>(at.namespace), at.id, at.owner)
    }

    pub(crate) fn remove_object(&self, key: &CollectionKey, id: &str, owner: &str) -> Result<(), StateError> {
        let edit = &mut |metadata: &mut Metadata, _: &Object| {
            metadata.phase = Phase::TearingDown;
            metadata.doomed = true;
            None
        };
        let change = Change { owner, expected_version: None, expected_phase: None, edit };
        match self.shared.lock().change(key, id, change) {
            Err(StateError::NotFound(_)) => Ok(()),
            other => other.map(drop),
        }
    }

    /// Holds a resource: it cannot be destroyed before [`Store::release`].
    ///
    /// # Errors
    /// Not found; phase conflict when it is already going.
    pub fn hold<S: Spec>(&self, namespace: &str, id: &str, finalizer: &str) -> Result<(), StateError> {
        let edit = &mut |metadata: &mut Metadata, _: &Object| {
            metadata.finalizers.insert(finalizer.to_owned());
            None
        };
        let phase = Some(Phase::Running);
        let change = Change { owner: ANYBODY, expected_version: None, expected_phase: phase, edit };
        self.shared.lock().change(&key::<S>(namespace), id, change).map(drop)
    }

    /// Lets a held resource go. Nothing happens when it is not held or not there.
    pub fn release<S: Spec>(&self, namespace: &str, id: &str, finalizer: &str) {
        let edit = &mut |metadata: &mut Metadata, _: &Object| {
            metadata.finalizers.remove(finalizer);
            None
        };
        let change = Change { owner: ANYBODY, expected_version: None, expected_phase: None, edit };
        // The only possible error is that the resource is gone, which is what was wanted.
        drop(self.shared.lock().change(&key::<S>(namespace), id, change));
    }

    /// Watches resources of type `S` in its own namespace, current state first.
    pub fn watch<S: Spec>(&self) -> TypedWatch<S> {
        let watch = self
            .watch_objects(S::TYPE, S::NAMESPACE, None, Query::default(), WatchStart::CurrentState)
            .expect("a watch of the current state needs no bookmark");
        TypedWatch { watch, kind: PhantomData }
    }

    /// Watches a type in a namespace, or one resource of it.
    ///
    /// # Errors
    /// [`StateError::InvalidBookmark`] when `start` names a change that the store has forgotten or never had.
    pub fn watch_objects(
        &self,
        type_name: &'static str,
        namespace: &str,
        id: Option<String>,
        query: Query,
        start: WatchStart,
    ) -> Result<Watch, StateError> {
        let key = (namespace.to_owned(), type_name);
        let mut locked = self.shared.lock();
        let collection = locked.collection(&key);
        let (position, initial) = match start {
            WatchStart::CurrentState => {
                let selected = |object: &&Object| {
                    id.as_ref().is_none_or(|id| *id == object.metadata().id) && query.matches(object.metadata())
                };
                (collection.end, Some(collection.objects.values().filter(selected).cloned().collect::<Vec<_>>()))
            }
            WatchStart::Now => (collection.end, None),
            WatchStart::Tail(count) => (collection.tail(id.as_deref(), count), None),
            WatchStart::After(Bookmark(position)) if position > collection.end => {
                return Err(StateError::InvalidBookmark("it lies in the future"));
            }
            WatchStart::After(Bookmark(position)) if position < collection.start() => {
                return Err(StateError::InvalidBookmark("the changes after it have been forgotten"));
            }
            WatchStart::After(Bookmark(position)) => (position, None),
        };
        let changed = Arc::clone(&collection.changed);
        let bootstrapped = initial.is_none();
        let initial = initial.unwrap_or_default().into_iter();
        drop(locked);
        let shared = Arc::clone(&self.shared);
        Ok(Watch { shared, collection: key, id, query, initial, bootstrapped, position, changed, ended: false })
    }

    /// Calls `observer` with every later change of a collection; returns what is there now.
    pub(crate) fn observe(&self, key: &CollectionKey, observer: Observer) -> Vec<Object> {
        self.shared.lock().observe(key, observer)
    }
}

fn key<S: Spec>(namespace: &str) -> CollectionKey {
    (namespace.to_owned(), S::TYPE)
}
