//! The keys that wait for a controller, each at most once.

use std::collections::{BTreeSet, HashSet, VecDeque};
use std::sync::{Arc, Mutex};

use tokio::sync::Notify;

use super::{Activity, lock};
use crate::Key;

pub(crate) struct Queue {
    keys: Mutex<Keys>,
    pushed: Notify,
    activity: Arc<Activity>,
}

#[derive(Default)]
struct Keys {
    ready: VecDeque<Key>,
    queued: HashSet<Key>,
    /// Keys with outputs or tasks, or not yet worked on.
    known: BTreeSet<Key>,
}

impl Queue {
    pub(crate) fn new(activity: Arc<Activity>) -> Self {
        Self { keys: Mutex::new(Keys::default()), pushed: Notify::new(), activity }
    }

    pub(crate) fn push(&self, key: Key) {
        let mut keys = lock(&self.keys);
        keys.known.insert(key.clone());
        self.enqueue(&mut keys, key);
    }

    /// Queues every known key.
    pub(crate) fn push_known(&self) {
        let mut keys = lock(&self.keys);
        for key in keys.known.clone() {
            self.enqueue(&mut keys, key);
        }
    }

    /// The key that waits longest; its worker must call [`Queue::done`] afterwards.
    pub(crate) fn pop(&self) -> Option<Key> {
        let mut keys = lock(&self.keys);
        let key = keys.ready.pop_front()?;
        keys.queued.remove(&key);
        Some(key)
    }

    pub(crate) fn done(&self) {
        self.activity.end();
    }

    /// Forgets a key that has nothing left to do, unless it has been queued again.
    pub(crate) fn forget(&self, key: &Key) {
        let mut keys = lock(&self.keys);
        if !keys.queued.contains(key) {
            keys.known.remove(key);
        }
    }

    pub(crate) async fn pushed(&self) {
        self.pushed.notified().await;
    }

    fn enqueue(&self, keys: &mut Keys, key: Key) {
        if keys.queued.insert(key.clone()) {
            keys.ready.push_back(key);
            self.activity.begin();
            self.pushed.notify_one();
        }
    }
}

impl Drop for Queue {
    fn drop(&mut self) {
        // What was never worked on is not busy any more.
        for _ in 0..lock(&self.keys).ready.len() {
            self.activity.end();
        }
    }
}
