//! A harness for tests of controllers: a store, a live engine, and time that stands still until it is asked to move.

use std::time::Duration;

use crate::{Controller, Engine, Spec, Store};

/// A store and an engine. Use it in `#[tokio::test(start_paused = true)]`.
#[derive(Debug)]
pub struct Harness {
    /// The store.
    pub store: Store,
    /// The engine.
    pub engine: Engine,
}

impl Default for Harness {
    fn default() -> Self {
        Self::new()
    }
}

impl Harness {
    /// An empty store and an engine without controllers.
    pub fn new() -> Self {
        let store = Store::new();
        let engine = Engine::new(store.clone());
        Self { store, engine }
    }

    /// Starts a controller.
    ///
    /// # Panics
    /// When the engine refuses it.
    #[must_use]
    pub fn with(self, controller: Box<dyn Controller>) -> Self {
        self.engine.register(controller).expect("the controller can be registered");
        self
    }

    /// Writes a resource as a person or the boot sequence would.
    ///
    /// # Panics
    /// When the store refuses.
    pub fn put<S: Spec>(&self, id: &str, spec: S) {
        self.store.put("", id, spec).expect("the resource can be written");
    }

    /// Waits until every controller has nothing to do.
    pub async fn settle(&self) {
        self.engine.settled().await;
    }

    /// Lets `time` pass and waits until every controller has nothing to do.
    pub async fn pass(&self, time: Duration) {
        tokio::time::sleep(time).await;
        self.settle().await;
    }

    /// The spec of a resource, if it is there.
    pub fn spec<S: Spec>(&self, id: &str) -> Option<S> {
        self.store.get::<S>(id).map(|resource| resource.spec().clone())
    }

    /// Ids of all resources of a type.
    pub fn ids<S: Spec>(&self) -> Vec<String> {
        self.store.list::<S>().iter().map(|resource| resource.id().to_owned()).collect()
    }
}

impl Drop for Harness {
    fn drop(&mut self) {
        self.engine.stop();
    }
}
