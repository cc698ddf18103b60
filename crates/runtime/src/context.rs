//! What a reconciliation may do: read declared inputs, write declared outputs, hold inputs, run tasks, come back later.

use std::collections::BTreeSet;
use std::future::Future;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::engine::{Declared, Tasks, Waker};
use crate::memory::CollectionKey;
use crate::store::Target;
use crate::{Key, Labels, Query, ReconcileError, Resource, Spec, StateError, Store};

/// A resource that a key has written.
pub(crate) type Written = (CollectionKey, String);

/// The store as one controller may use it while it reconciles one key.
#[derive(Debug)]
pub struct Context {
    pub(crate) store: Store,
    pub(crate) declared: std::sync::Arc<Declared>,
    pub(crate) key: Key,
    pub(crate) written: Mutex<BTreeSet<Written>>,
    pub(crate) keep: AtomicBool,
    pub(crate) again: Mutex<Option<Duration>>,
    pub(crate) tasks: std::sync::Arc<Tasks>,
    pub(crate) waker: Waker,
}

impl Context {
    /// The input `id` in the type's own namespace, whatever its phase.
    ///
    /// # Errors
    /// When the type is not declared.
    pub fn get<S: Spec>(&self, id: &str) -> Result<Option<Resource<S>>, StateError> {
        self.get_in(S::NAMESPACE, id)
    }

    /// The input `id` in `namespace`, whatever its phase.
    ///
    /// # Errors
    /// When the type is not declared.
    pub fn get_in<S: Spec>(&self, namespace: &str, id: &str) -> Result<Option<Resource<S>>, StateError> {
        self.declared.check_read(S::TYPE, namespace)?;
        Ok(self.store.get_in(namespace, id))
    }

    /// The input `id`, which has to be there and running; else the reconciliation waits for it.
    ///
    /// # Errors
    /// [`ReconcileError::Waiting`], or when the type is not declared.
    pub fn require<S: Spec>(&self, id: &str) -> Result<Resource<S>, ReconcileError> {
        let found = self.get::<S>(id)?.filter(Resource::is_running);
        found.ok_or_else(|| ReconcileError::waiting(format!("{} {id:?}", S::TYPE)))
    }

    /// All inputs of the type in its own namespace, by id.
    ///
    /// # Errors
    /// When the type is not declared.
    pub fn list<S: Spec>(&self) -> Result<Vec<Resource<S>>, StateError> {
        self.list_in(S::NAMESPACE, &Query::default())
    }

    /// The inputs of the type in `namespace` that `query` selects, by id.
    ///
    /// # Errors
    /// When the type is not declared.
    pub fn list_in<S: Spec>(&self, namespace: &str, query: &Query) -> Result<Vec<Resource<S>>, StateError> {
        self.declared.check_read(S::TYPE, namespace)?;
        Ok(self.store.list_in(namespace, query))
    }

    /// Makes the output `id` equal to `spec`.
    ///
    /// # Errors
    /// When the type is not declared, somebody else owns the resource, or it is still being torn down.
    pub fn write<S: Spec>(&self, id: &str, spec: S) -> Result<Resource<S>, StateError> {
        self.write_at(S::NAMESPACE, id, &Labels::new(), spec)
    }

    /// Makes the output `id` in `namespace` equal to `spec` with `labels`.
    ///
    /// # Errors
    /// When the type is not declared, somebody else owns the resource, or it is still being torn down.
    pub fn write_at<S: Spec>(
        &self,
        namespace: &str,
        id: &str,
        labels: &Labels,
        spec: S,
    ) -> Result<Resource<S>, StateError> {
        self.declared.check_write(S::TYPE, namespace)?;
        self.touch::<S>(namespace, id);
        self.store.put_at(Target { owner: &self.declared.name, namespace, id }, labels, spec)
    }

    /// Keeps the output `id` as it is.
    pub fn touch<S: Spec>(&self, namespace: &str, id: &str) {
        let written = ((namespace.to_owned(), S::TYPE), id.to_owned());
        self.written.lock().unwrap_or_else(PoisonError::into_inner).insert(written);
    }

    /// Keeps all outputs of this key, whether written again or not.
    pub fn keep_outputs(&self) {
        self.keep.store(true, Ordering::Relaxed);
    }

    /// Removes an output now: torn down, destroyed when nobody holds it.
    ///
    /// # Errors
    /// When the type is not declared or somebody else owns the resource.
    pub fn remove<S: Spec>(&self, id: &str) -> Result<(), StateError> {
        self.declared.check_write(S::TYPE, S::NAMESPACE)?;
        self.store.remove::<S>(Target { owner: &self.declared.name, namespace: S::NAMESPACE, id })
    }

    /// Holds an input: it stays until [`Context::release`], so that what was made from it can be undone first.
    ///
    /// # Errors
    /// When the type is not declared, the resource is missing or already going.
    pub fn hold<S: Spec>(&self, resource: &Resource<S>) -> Result<(), StateError> {
        let namespace = &resource.metadata().namespace;
        self.declared.check_read(S::TYPE, namespace)?;
        if resource.metadata().finalizers.contains(&self.declared.name) {
            return Ok(());
        }
        self.store.hold::<S>(namespace, resource.id(), &self.declared.name)
    }

    /// Lets a held input go.
    ///
    /// # Errors
    /// When the type is not declared.
    pub fn release<S: Spec>(&self, resource: &Resource<S>) -> Result<(), StateError> {
        let namespace = &resource.metadata().namespace;
        self.declared.check_read(S::TYPE, namespace)?;
        self.store.release::<S>(namespace, resource.id(), &self.declared.name);
        Ok(())
    }

    /// Reconciles this key again after `delay`, unless it is woken earlier.
    pub fn wake_after(&self, delay: Duration) {
        let mut again = self.again.lock().unwrap_or_else(PoisonError::into_inner);
        *again = Some(again.map_or(delay, |earlier| earlier.min(delay)));
    }

    /// The store itself, for what a task has to look at long after this reconciliation: conditions that are data. Reads
    /// through it wake nobody.
    pub fn store(&self) -> Store {
        self.store.clone()
    }

    /// Wakes keys of this controller from tasks and callbacks.
    pub fn waker(&self) -> Waker {
        self.waker.clone()
    }

    /// Has the engine run `task` for this key beside the reconciliations. While a task with an equal `fingerprint`
    /// runs it is left alone; one with another is ended and replaced. When the task returns or panics the key is
    /// woken, and the next reconciliation may start it again.
    pub fn run_task<F>(&self, fingerprint: &impl Hash, task: impl FnOnce(Waker) -> F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let mut hasher = DefaultHasher::new();
        fingerprint.hash(&mut hasher);
        self.tasks.run(&self.key, hasher.finish(), &self.waker, task);
    }

    /// Ends the task of this key, if there is one.
    pub fn stop_task(&self) {
        self.tasks.stop(&self.key);
    }
}
