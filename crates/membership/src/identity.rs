//! The node's identity: made once, kept on STATE.

use std::{io, sync::Arc, time::Duration};

use async_trait::async_trait;
use minos_pki::random_bytes;
use minos_resources::{cluster::Identity, config::MachineConfig, files::EtcFileSpec};
use minos_runtime::{Context, Controller, Input, Key, Output, ReconcileError};
use thiserror::Error;
use tracing::info;

use crate::{base62, identity_file::IdentityFile};

/// How often STATE is looked for.
const LOOK_AGAIN: Duration = Duration::from_millis(200);
/// Bytes of an id.
const SIZE: usize = 32;
/// Bytes of a machine id (`machine-id(5)`).
const MACHINE_ID_SIZE: usize = 16;

pub(crate) struct IdentityStatus {
    file: Arc<dyn IdentityFile>,
}

#[derive(Debug, Error)]
#[error("{operation} the node's identity")]
struct IdentityError {
    operation: &'static str,
    source: io::Error,
}

impl IdentityStatus {
    pub fn new(file: Arc<dyn IdentityFile>) -> Self {
        Self { file }
    }

    fn establish(&self) -> Result<String, IdentityError> {
        let failed = |operation| move |source| IdentityError { operation, source };
        if let Some(id) = self.file.load().map_err(failed("reading"))?.filter(|id| machine_id(id).is_some()) {
            return Ok(id);
        }
        let id = base62::encode(&random_bytes(SIZE));
        self.file.save(&id).map_err(failed("keeping"))?;
        info!(node_id = id, "made the node's identity");
        Ok(id)
    }
}

#[async_trait]
impl Controller for IdentityStatus {
    fn name(&self) -> &str {
        "membership.identity.status"
    }

    fn inputs(&self) -> Vec<Input> {
        vec![Input::of::<MachineConfig>().only(MachineConfig::ID).to_all()]
    }

    fn outputs(&self) -> Vec<Output> {
        vec![Output::exclusive::<Identity>(), Output::shared::<EtcFileSpec>()]
    }

    async fn reconcile(&mut self, cx: &Context, _: &Key) -> Result<(), ReconcileError> {
        if !self.file.is_ready() {
            cx.keep_outputs();
            cx.wake_after(LOOK_AGAIN);
            return Ok(());
        }
        let node_id = self.establish()?;
        let contents =
            machine_id(&node_id).ok_or_else(|| ReconcileError::failed("the node's identity is too short"))?;
        cx.write("machine-id", EtcFileSpec { contents, mode: 0o444, ..EtcFileSpec::default() })?;
        cx.write(Identity::ID, Identity { node_id })?;
        Ok(())
    }
}

/// The first half of the identity, in hexadecimal.
fn machine_id(node_id: &str) -> Option<String> {
    base62::decode(node_id)?.get(..MACHINE_ID_SIZE).map(hex::encode)
}
