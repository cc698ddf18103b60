//! Starts the synchronisation that the configuration wants and reports how it goes.

use std::sync::Arc;

use async_trait::async_trait;
use minos_resources::config::MachineConfig;
use minos_resources::network::TimeServerStatus;
use minos_resources::v1alpha1::TimeStatus;
use minos_runtime::{Context, Controller, Input, Key, Output, ReconcileError, Resource};
use tokio::time::Instant;

use super::sync::{SharedProgress, read, run};
use crate::{Clock, TimeServers};

/// Writes the status of the clock; the asking is its task.
pub(crate) struct TimeSync {
    network: Arc<dyn TimeServers>,
    clock: Arc<dyn Clock>,
    progress: SharedProgress,
    /// Since when it runs, for `bootTimeout`.
    started: Option<Instant>,
    /// The boot has waited long enough.
    timed_out: bool,
    disabled: bool,
}

impl TimeSync {
    pub(crate) fn new(network: Arc<dyn TimeServers>, clock: Arc<dyn Clock>) -> Self {
        let progress = SharedProgress::default();
        Self { network, clock, progress, started: None, timed_out: false, disabled: false }
    }
}

#[async_trait]
impl Controller for TimeSync {
    fn name(&self) -> &str {
        "node.time.sync"
    }

    fn inputs(&self) -> Vec<Input> {
        vec![
            Input::of::<MachineConfig>().only(MachineConfig::ID).to_all(),
            Input::of::<TimeServerStatus>().only(TimeServerStatus::ID).to_all(),
        ]
    }

    fn outputs(&self) -> Vec<Output> {
        vec![Output::exclusive::<TimeStatus>()]
    }

    async fn reconcile(&mut self, cx: &Context, _: &Key) -> Result<(), ReconcileError> {
        let now = Instant::now();
        let started = *self.started.get_or_insert(now);
        let config = cx.get::<MachineConfig>(MachineConfig::ID)?.filter(Resource::is_running);
        let wanted = config.as_ref().map(|config| config.time());
        let disabled = wanted.as_ref().is_some_and(|time| !time.enabled);
        if self.disabled && !disabled {
            // Switched on again: nobody knows how the clock is.
            self.progress.lock().unwrap_or_else(std::sync::PoisonError::into_inner).synced = false;
            self.timed_out = false;
        }
        self.disabled = disabled;
        if let Some(timeout) = wanted.and_then(|time| time.boot_timeout).filter(|_| !self.timed_out) {
            let left = timeout.saturating_sub(now - started);
            self.timed_out = left.is_zero();
            if !left.is_zero() {
                cx.wake_after(left);
            }
        }
        let servers = cx.get::<TimeServerStatus>(TimeServerStatus::ID)?.filter(Resource::is_running);
        match servers.map(|status| status.time_servers.clone()).filter(|servers| !servers.is_empty()) {
            Some(servers) if !disabled => {
                let (network, clock) = (Arc::clone(&self.network), Arc::clone(&self.clock));
                let progress = Arc::clone(&self.progress);
                cx.run_task(&servers.clone(), move |waker| run(servers, network, clock, progress, waker));
            }
            _ => cx.stop_task(),
        }
        let progress = read(&self.progress);
        let synced = disabled || self.timed_out || progress.synced;
        cx.write(TimeStatus::ID, TimeStatus { synced, epoch: progress.epoch, sync_disabled: disabled })?;
        Ok(())
    }
}
