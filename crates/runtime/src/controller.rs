//! What a controller is: a name, declared inputs and outputs, and one function.

use std::error::Error;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use async_trait::async_trait;
use futures_util::Stream;

use crate::{Context, Object, Spec};

/// A unit of work of a controller: usually the id of one resource. Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(Arc<str>);

/// A stream of keys to work on: kernel events, timers.
pub type Source = Pin<Box<dyn Stream<Item = Key> + Send>>;

/// A resource type that a controller reads, and which of its keys a change wakes.
#[derive(Clone)]
pub struct Input {
    pub(crate) type_name: &'static str,
    pub(crate) namespace: String,
    pub(crate) id: Option<String>,
    pub(crate) route: Route,
}

/// A resource type that a controller writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    pub(crate) type_name: &'static str,
    pub(crate) namespace: String,
    pub(crate) shared: bool,
}

/// Which keys a change of an object concerns.
pub(crate) type KeysOf = Arc<dyn Fn(&Object) -> Vec<Key> + Send + Sync>;

#[derive(Clone)]
pub(crate) enum Route {
    Id,
    All,
    EveryKey,
    Nothing,
    Keys(KeysOf),
}

/// Why a reconciliation did not finish.
#[derive(Debug)]
pub enum ReconcileError {
    /// An input is not there yet; a change of the declared inputs wakes the key again.
    Waiting(String),
    /// It failed; the engine tries again with back-off.
    Failed(Box<dyn Error + Send + Sync>),
}

/// Turns resources into other resources, or into the state of the machine.
///
/// The engine owns the loop: it calls [`Controller::reconcile`] for every key whose declared inputs changed, one key
/// at a time, and again with back-off after an error or a panic. What a key wrote in its last successful run and did
/// not write again in this one is removed, so a reconciliation says what there should be, not what to delete.
#[async_trait]
pub trait Controller: Send + 'static {
    /// `domain.noun.role`, as it appears in logs and as owner of resources.
    fn name(&self) -> &str;

    /// What it reads.
    fn inputs(&self) -> Vec<Input>;

    /// What it writes.
    fn outputs(&self) -> Vec<Output>;

    /// Wake-ups from outside the store.
    fn sources(&mut self) -> Vec<Source> {
        Vec::new()
    }

    /// Brings the world in line for one key.
    async fn reconcile(&mut self, cx: &Context, key: &Key) -> Result<(), ReconcileError>;

    /// Forgets what is only in memory; called after a panic, before the next reconciliation.
    fn reset(&mut self) {}
}

impl Key {
    /// The key of a controller that has only one unit of work.
    pub fn all() -> Self {
        Self(Arc::from(""))
    }

    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<T: AsRef<str>> From<T> for Key {
    fn from(text: T) -> Self {
        Self(Arc::from(text.as_ref()))
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Input {
    /// Resources of type `S` in its own namespace; a change wakes the key that is the resource's id.
    pub fn of<S: Spec>() -> Self {
        Self { type_name: S::TYPE, namespace: S::NAMESPACE.to_owned(), id: None, route: Route::Id }
    }

    /// Only the resource with this id.
    #[must_use]
    pub fn only(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// In this namespace instead of the type's own.
    #[must_use]
    pub fn in_namespace(mut self, namespace: impl Into<String>) -> Self {
        self.namespace = namespace.into();
        self
    }

    /// A change wakes the controller's one key, [`Key::all`].
    #[must_use]
    pub fn to_all(mut self) -> Self {
        self.route = Route::All;
        self
    }

    /// A change wakes every key that the controller has ever worked on and still has something to do with.
    #[must_use]
    pub fn to_every_key(mut self) -> Self {
        self.route = Route::EveryKey;
        self
    }

    /// A change wakes nothing; the controller reads it when something else wakes it.
    #[must_use]
    pub fn without_wake(mut self) -> Self {
        self.route = Route::Nothing;
        self
    }

    /// A change wakes the keys that `route` finds for the resource before and after it.
    #[must_use]
    pub fn to_keys(mut self, route: impl Fn(&Object) -> Vec<Key> + Send + Sync + 'static) -> Self {
        self.route = Route::Keys(Arc::new(route));
        self
    }
}

impl fmt::Debug for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let id = self.id.as_deref().unwrap_or("*");
        write!(f, "Input({}({}/{id}))", self.type_name, self.namespace)
    }
}

impl Output {
    /// Resources of type `S` in its own namespace, of which no other controller writes any.
    pub fn exclusive<S: Spec>() -> Self {
        Self { type_name: S::TYPE, namespace: S::NAMESPACE.to_owned(), shared: false }
    }

    /// Resources of type `S` in its own namespace; other controllers write others of them.
    pub fn shared<S: Spec>() -> Self {
        Self { shared: true, ..Self::exclusive::<S>() }
    }

    /// In this namespace instead of the type's own.
    #[must_use]
    pub fn in_namespace(mut self, namespace: impl Into<String>) -> Self {
        self.namespace = namespace.into();
        self
    }
}

impl ReconcileError {
    /// Waits for what is described.
    pub fn waiting(what: impl Into<String>) -> Self {
        Self::Waiting(what.into())
    }

    /// Fails with a message.
    pub fn failed(message: impl Into<String>) -> Self {
        Self::Failed(message.into().into())
    }

    /// The message with its causes.
    pub fn report(&self) -> String {
        match self {
            ReconcileError::Waiting(what) => format!("waiting for {what}"),
            ReconcileError::Failed(error) => {
                let mut text = error.to_string();
                let mut source = error.source();
                while let Some(cause) = source {
                    text.push_str(": ");
                    text.push_str(&cause.to_string());
                    source = cause.source();
                }
                text
            }
        }
    }
}

impl<E: Error + Send + Sync + 'static> From<E> for ReconcileError {
    fn from(error: E) -> Self {
        Self::Failed(Box::new(error))
    }
}
