//! The loop of one controller.

use std::collections::{BTreeSet, HashMap};
use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::FutureExt as _;
use tokio::time::Instant;
use tracing::Instrument as _;

use super::{ControllerStatus, Declared, Queue, Tasks, Waker, lock};
use crate::context::Written;
use crate::{Context, Controller, Key, ReconcileError, Store};

/// The first pause after a failure; it doubles with each further one.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
/// The longest pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

pub(crate) struct Worker {
    controller: Box<dyn Controller>,
    store: Store,
    declared: Arc<Declared>,
    queue: Arc<Queue>,
    tasks: Arc<Tasks>,
    status: Arc<Mutex<ControllerStatus>>,
    /// What each key wrote in its last successful run.
    outputs: HashMap<Key, BTreeSet<Written>>,
    /// Failures in a row.
    failures: HashMap<Key, u32>,
    /// When to come back without being woken.
    timers: HashMap<Key, Instant>,
}

impl Worker {
    pub(crate) fn new(
        controller: Box<dyn Controller>,
        store: Store,
        declared: Arc<Declared>,
        queue: Arc<Queue>,
        status: Arc<Mutex<ControllerStatus>>,
    ) -> Self {
        let tasks = Arc::new(Tasks::default());
        let (outputs, failures, timers) = (HashMap::new(), HashMap::new(), HashMap::new());
        Self { controller, store, declared, queue, tasks, status, outputs, failures, timers }
    }

    pub(crate) async fn run(mut self) {
        let span = tracing::info_span!("controller", name = %self.declared.name);
        async {
            loop {
                let key = self.next_key().await;
                self.work(&key).await;
                self.queue.done();
            }
        }
        .instrument(span)
        .await;
    }

    async fn next_key(&mut self) -> Key {
        loop {
            if let Some(key) = self.queue.pop() {
                return key;
            }
            let due = self.timers.values().min().copied();
            match due {
                None => self.queue.pushed().await,
                Some(due) => tokio::select! {
                    () = self.queue.pushed() => {}
                    () = tokio::time::sleep_until(due) => self.queue_due(),
                },
            }
        }
    }

    fn queue_due(&mut self) {
        let now = Instant::now();
        let due: Vec<Key> = self.timers.iter().filter(|(_, at)| **at <= now).map(|(key, _)| key.clone()).collect();
        for key in due {
            self.timers.remove(&key);
            self.queue.push(key);
        }
    }

    async fn work(&mut self, key: &Key) {
        self.timers.remove(key);
        let cx = Context {
            store: self.store.clone(),
            declared: Arc::clone(&self.declared),
            key: key.clone(),
            written: Mutex::default(),
            keep: AtomicBool::new(false),
            again: Mutex::default(),
            tasks: Arc::clone(&self.tasks),
            waker: Waker(Arc::clone(&self.queue)),
        };
        let outcome = AssertUnwindSafe(self.controller.reconcile(&cx, key)).catch_unwind().await;
        let outcome = outcome.unwrap_or_else(|panic| {
            self.controller.reset();
            Err(ReconcileError::failed(format!("panicked: {}", panic_text(panic.as_ref()))))
        });
        lock(&self.status).runs += 1;
        let again = *lock(&cx.again);
        let keep = cx.keep.load(Ordering::Relaxed);
        let written = std::mem::take(&mut *lock(&cx.written));
        drop(cx);
        let pause = match outcome {
            Ok(()) => {
                self.finish(key, written, keep);
                again
            }
            Err(error) => {
                self.outputs.entry(key.clone()).or_default().extend(written);
                let retry = self.note_failure(key, &error);
                match (retry, again) {
                    (Some(retry), Some(again)) => Some(retry.min(again)),
                    (retry, again) => retry.or(again),
                }
            }
        };
        if let Some(pause) = pause {
            self.timers.insert(key.clone(), Instant::now() + pause);
        }
    }

    /// Removes what the key wrote before and did not write now.
    fn finish(&mut self, key: &Key, mut written: BTreeSet<Written>, keep: bool) {
        self.failures.remove(key);
        lock(&self.status).unsettled.remove(key.as_str());
        let before = self.outputs.remove(key).unwrap_or_default();
        for old in before {
            if written.contains(&old) {
                continue;
            }
            if keep {
                written.insert(old);
            } else if let Err(error) = self.store.remove_object(&old.0, &old.1, &self.declared.name) {
                tracing::warn!(%error, "cannot remove an output");
            }
        }
        if !written.is_empty() {
            self.outputs.insert(key.clone(), written);
        } else if !self.tasks.has(key) {
            self.queue.forget(key);
        }
    }

    /// Remembers why the key is not settled; the pause before the next try, unless it waits to be woken.
    fn note_failure(&mut self, key: &Key, error: &ReconcileError) -> Option<Duration> {
        let report = error.report();
        let mut status = lock(&self.status);
        let changed = status.unsettled.insert(key.as_str().to_owned(), report.clone()).as_ref() != Some(&report);
        if let ReconcileError::Waiting(_) = error {
            tracing::debug!(%key, "{report}");
            return None;
        }
        status.failures += 1;
        drop(status);
        let failures = self.failures.entry(key.clone()).or_insert(0);
        let pause = FIRST_PAUSE.saturating_mul(1 << (*failures).min(16)).min(LONGEST_PAUSE);
        *failures += 1;
        if changed {
            tracing::warn!(%key, ?pause, "{report}");
        }
        Some(pause)
    }
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message")
}
