//! Writes each file that somebody wants in `/etc`.

use std::path::{Component, Path};
use std::sync::Arc;

use async_trait::async_trait;
use minos_resources::files::{EtcFileSpec, EtcFileStatus};
use minos_runtime::{Context, Controller, Input, Key, Output, ReconcileError, Resource};

use crate::EtcFiles;

/// Keyed by path below `/etc`. A file whose spec goes keeps its last content until the reboot: somebody may have it
/// open, and nobody is served by an empty one.
pub(crate) struct EtcFileApply {
    files: Arc<dyn EtcFiles>,
}

impl EtcFileApply {
    pub(crate) fn new(files: Arc<dyn EtcFiles>) -> Self {
        Self { files }
    }
}

#[async_trait]
impl Controller for EtcFileApply {
    fn name(&self) -> &str {
        "node.etc-file.apply"
    }

    fn inputs(&self) -> Vec<Input> {
        vec![Input::of::<EtcFileSpec>()]
    }

    fn outputs(&self) -> Vec<Output> {
        vec![Output::exclusive::<EtcFileStatus>()]
    }

    async fn reconcile(&mut self, cx: &Context, key: &Key) -> Result<(), ReconcileError> {
        let Some(spec) = cx.get::<EtcFileSpec>(key.as_str())?.filter(Resource::is_running) else {
            return Ok(());
        };
        let path = Path::new(key.as_str());
        if !path.components().all(|part| matches!(part, Component::Normal(_))) {
            return Err(ReconcileError::failed(format!("{key:?} is not a path below /etc")));
        }
        self.files.put(path, &spec.contents, spec.mode)?;
        cx.write(key.as_str(), EtcFileStatus { spec_version: spec.metadata().version.to_string() })?;
        Ok(())
    }
}
