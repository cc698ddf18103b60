//! In a container the clock is the host's.

use async_trait::async_trait;
use minos_resources::v1alpha1::TimeStatus;
use minos_runtime::{Context, Controller, Input, Key, Output, ReconcileError};

/// Reports the clock as right: nobody here may set it, and nothing is gained by asking others for the time.
pub(crate) struct HostTime;

#[async_trait]
impl Controller for HostTime {
    fn name(&self) -> &str {
        "node.time.host"
    }

    fn inputs(&self) -> Vec<Input> {
        Vec::new()
    }

    fn outputs(&self) -> Vec<Output> {
        vec![Output::exclusive::<TimeStatus>()]
    }

    async fn reconcile(&mut self, cx: &Context, _: &Key) -> Result<(), ReconcileError> {
        cx.write(TimeStatus::ID, TimeStatus { synced: true, epoch: 0, sync_disabled: true })?;
        Ok(())
    }
}
