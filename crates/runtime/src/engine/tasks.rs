//! Long-running tasks of a controller, one per key, owned by the engine.

use std::collections::HashMap;
use std::fmt;
use std::future::Future;
use std::sync::{Arc, Mutex};

use tokio::task::AbortHandle;

use super::{Waker, lock};
use crate::Key;

#[derive(Default)]
pub(crate) struct Tasks {
    running: Mutex<HashMap<Key, Task>>,
}

struct Task {
    fingerprint: u64,
    handle: AbortHandle,
}

impl fmt::Debug for Tasks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tasks").field("running", &lock(&self.running).len()).finish()
    }
}

impl Tasks {
    pub(crate) fn run<F>(self: &Arc<Self>, key: &Key, fingerprint: u64, waker: &Waker, task: impl FnOnce(Waker) -> F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let mut running = lock(&self.running);
        if running.get(key).is_some_and(|one| one.fingerprint == fingerprint && !one.handle.is_finished()) {
            return;
        }
        if let Some(other) = running.remove(key) {
            other.handle.abort();
        }
        let body = tokio::spawn(task(waker.clone()));
        let handle = body.abort_handle();
        let (key_then, waker) = (key.clone(), waker.clone());
        tokio::spawn(async move {
            if let Err(error) = body.await
                && error.is_panic()
            {
                tracing::error!(key = %key_then, "task panicked");
            }
            waker.wake(key_then.as_str());
        });
        running.insert(key.clone(), Task { fingerprint, handle });
    }

    pub(crate) fn stop(&self, key: &Key) {
        if let Some(task) = lock(&self.running).remove(key) {
            task.handle.abort();
        }
    }

    pub(crate) fn has(&self, key: &Key) -> bool {
        lock(&self.running).contains_key(key)
    }
}

impl Drop for Tasks {
    fn drop(&mut self) {
        lock(&self.running).values().for_each(|task| task.handle.abort());
    }
}
