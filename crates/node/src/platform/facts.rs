//! Writes what the platform says about the machine.

use std::sync::Arc;

use async_trait::async_trait;
use minos_resources::network::PlatformConfig;
use minos_resources::runtime::PlatformMetadata;
use minos_runtime::{Context, Controller, Input, Key, Output, ReconcileError};

use super::Platform;

/// Asks the platform once. The network waits for the answer, so a platform that cannot be read still gets one: the
/// machine's name and addresses then come from elsewhere.
pub(crate) struct PlatformFacts {
    platform: Arc<dyn Platform>,
}

impl PlatformFacts {
    pub(crate) fn new(platform: Arc<dyn Platform>) -> Self {
        Self { platform }
    }
}

#[async_trait]
impl Controller for PlatformFacts {
    fn name(&self) -> &str {
        "node.platform.facts"
    }

    fn inputs(&self) -> Vec<Input> {
        Vec::new()
    }

    fn outputs(&self) -> Vec<Output> {
        vec![Output::exclusive::<PlatformMetadata>(), Output::exclusive::<PlatformConfig>()]
    }

    async fn reconcile(&mut self, cx: &Context, _: &Key) -> Result<(), ReconcileError> {
        let (metadata, mut config) = self.platform.facts().await.unwrap_or_else(|error| {
            let error = ReconcileError::from(error).report();
            tracing::error!(error, "the platform's facts cannot be read; going on without");
            let platform = self.platform.name().to_owned();
            (PlatformMetadata { platform, ..PlatformMetadata::default() }, PlatformConfig::default())
        });
        // Clients find the metadata in both places.
        config.metadata = Some(metadata.clone());
        cx.write(PlatformMetadata::ID, metadata)?;
        cx.write(PlatformConfig::ACTIVE, config)?;
        Ok(())
    }
}
