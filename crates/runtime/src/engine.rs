//! Runs controllers: routes changes to keys, calls reconciliations, backs off, isolates panics, removes what a key no
//! longer wants, and says when everything has settled.

mod activity;
mod declared;
mod queue;
mod tasks;
mod worker;

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::task::JoinHandle;

use crate::controller::Route;
use crate::memory::Logged;
use crate::{Controller, Input, Key, Object, Store};

pub(crate) use activity::Activity;
pub(crate) use declared::Declared;
pub(crate) use queue::Queue;
pub(crate) use tasks::Tasks;
use worker::Worker;

/// How a controller is doing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ControllerStatus {
    /// Its name.
    pub name: String,
    /// Reconciliations so far.
    pub runs: u64,
    /// Reconciliations that failed or panicked.
    pub failures: u64,
    /// Keys that wait or fail at the moment, with the reason.
    pub unsettled: HashMap<String, String>,
}

/// How a controller and a resource type are connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DependencyKind {
    /// It reads and is woken.
    Input,
    /// It alone writes.
    OutputExclusive,
    /// It writes, as others do.
    OutputShared,
}

/// An edge of the graph of controllers and resources.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dependency {
    /// Controller.
    pub controller: String,
    /// Kind of edge.
    pub kind: DependencyKind,
    /// Resource type.
    pub type_name: &'static str,
    /// Namespace.
    pub namespace: String,
    /// One resource, or all when absent.
    pub id: Option<String>,
}

/// A controller cannot be registered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RegisterError {
    /// Two controllers of one name.
    #[error("controller {0} is registered already")]
    Duplicate(String),
    /// Two controllers want to be the only writer, or one does and another writes too.
    #[error(
        "controllers {first} and {second} both write {type_name} in namespace {namespace:?}, and one claims it alone"
    )]
    OutputConflict {
        /// The one registered first.
        first: String,
        /// The one refused.
        second: String,
        /// The type.
        type_name: &'static str,
        /// The namespace.
        namespace: String,
    },
}

/// Wakes keys of one controller from anywhere. Cheap to clone.
#[derive(Clone)]
pub struct Waker(pub(crate) Arc<Queue>);

/// The engine. Cheap to clone; all clones are one engine.
#[derive(Clone)]
pub struct Engine {
    store: Store,
    shared: Arc<Shared>,
}

struct Shared {
    activity: Arc<Activity>,
    registered: Mutex<Vec<Registered>>,
}

struct Registered {
    declared: Arc<Declared>,
    status: Arc<Mutex<ControllerStatus>>,
    running: Vec<JoinHandle<()>>,
}

impl Waker {
    /// Queues `key`.
    pub fn wake(&self, key: impl Into<Key>) {
        self.0.push(key.into());
    }
}

impl fmt::Debug for Waker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Waker")
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine").field("controllers", &self.registered().len()).finish_non_exhaustive()
    }
}

impl Engine {
    /// An engine on `store`, without controllers.
    pub fn new(store: Store) -> Self {
        let shared = Shared { activity: Arc::new(Activity::default()), registered: Mutex::new(Vec::new()) };
        Self { store, shared: Arc::new(shared) }
    }

    /// The store that it works on.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Adds a controller and starts it. Must be called inside a tokio runtime.
    ///
    /// # Errors
    /// A second controller of the name, or a conflict about who writes a type.
    pub fn register(&self, mut controller: Box<dyn Controller>) -> Result<(), RegisterError> {
        let declared = Arc::new(Declared::of(controller.as_ref()));
        let mut registered = self.registered();
        for other in registered.iter() {
            declared.check_compatible(&other.declared)?;
        }
        let queue = Arc::new(Queue::new(Arc::clone(&self.shared.activity)));
        let sources = controller.sources();
        let status =
            Arc::new(Mutex::new(ControllerStatus { name: declared.name.clone(), ..ControllerStatus::default() }));
        let mut running: Vec<_> =
            sources.into_iter().map(|source| tokio::spawn(pump(source, Arc::clone(&queue)))).collect();
        if declared.inputs.iter().all(|input| matches!(input.route, Route::All | Route::Nothing)) {
            queue.push(Key::all());
        }
        for input in &declared.inputs {
            self.subscribe(input, &queue);
        }
        let worker = Worker::new(controller, self.store.clone(), Arc::clone(&declared), queue, Arc::clone(&status));
        running.push(tokio::spawn(worker.run()));
        registered.push(Registered { declared, status, running });
        Ok(())
    }

    /// Registers many controllers.
    ///
    /// # Errors
    /// See [`Engine::register`].
    pub fn register_all(&self, controllers: Vec<Box<dyn Controller>>) -> Result<(), RegisterError> {
        controllers.into_iter().try_for_each(|controller| self.register(controller))
    }

    /// Waits until no key is queued or being worked on. Keys that wait or back off do not count.
    pub async fn settled(&self) {
        self.shared.activity.idle().await;
    }

    /// How each controller is doing, in the order of registration.
    pub fn status(&self) -> Vec<ControllerStatus> {
        self.registered().iter().map(|one| lock(&one.status).clone()).collect()
    }

    /// The graph of controllers and resource types.
    pub fn dependencies(&self) -> Vec<Dependency> {
        self.registered().iter().flat_map(|one| one.declared.dependencies()).collect()
    }

    /// Ends all controllers and their tasks.
    pub fn stop(&self) {
        for one in self.registered().drain(..) {
            one.running.iter().for_each(JoinHandle::abort);
        }
    }

    fn registered(&self) -> MutexGuard<'_, Vec<Registered>> {
        lock(&self.shared.registered)
    }

    /// Queues what is there already and has every later change queue its keys.
    fn subscribe(&self, input: &Input, queue: &Arc<Queue>) {
        if matches!(input.route, Route::Nothing) {
            return;
        }
        let key = (input.namespace.clone(), input.type_name);
        let (route, id) = (input.route.clone(), input.id.clone());
        let to = Arc::clone(queue);
        let observer = move |logged: &Logged| {
            wake(&route, id.as_deref(), &logged.object, &to);
            if let Some(previous) = logged.previous.as_ref().filter(|_| matches!(route, Route::Keys(_))) {
                wake(&route, id.as_deref(), previous, &to);
            }
        };
        for object in self.store.observe(&key, Arc::new(observer)) {
            wake(&input.route, input.id.as_deref(), &object, queue);
        }
    }
}

fn wake(route: &Route, only: Option<&str>, object: &Object, queue: &Queue) {
    let id = &object.metadata().id;
    if only.is_some_and(|only| only != id) {
        return;
    }
    match route {
        Route::Id => queue.push(Key::from(id)),
        Route::All => queue.push(Key::all()),
        Route::EveryKey => queue.push_known(),
        Route::Nothing => {}
        Route::Keys(keys) => keys(object).into_iter().for_each(|key| queue.push(key)),
    }
}

async fn pump(mut source: crate::Source, queue: Arc<Queue>) {
    use futures_util::StreamExt as _;
    while let Some(key) = source.next().await {
        queue.push(key);
    }
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
