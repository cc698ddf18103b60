//! The system's volumes in a container: folders that its runner has bound.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use minos_resources::block::{MountStatus, VolumePhase, VolumeStatus};
use minos_runtime::{Context, Controller, Input, Key, Output, ReconcileError};

use super::apply::{failed, mount_status, prepare_folders};
use super::system::{EPHEMERAL, SystemVolume, VOLUMES};
use crate::machine::{Disks, StorageError};

/// Reports what is bound. The host's disks are none of the node's.
pub struct VolumeBound {
    disks: Arc<dyn Disks>,
}

/// How often a missing folder is looked for.
const LOOK: Duration = Duration::from_secs(10);

impl VolumeBound {
    pub fn new(disks: Arc<dyn Disks>) -> Self {
        Self { disks }
    }
}

#[async_trait]
impl Controller for VolumeBound {
    fn name(&self) -> &str {
        "storage.volume.bound"
    }

    fn inputs(&self) -> Vec<Input> {
        Vec::new()
    }

    fn outputs(&self) -> Vec<Output> {
        vec![Output::exclusive::<VolumeStatus>(), Output::exclusive::<MountStatus>()]
    }

    async fn reconcile(&mut self, cx: &Context, _: &Key) -> Result<(), ReconcileError> {
        for volume in &VOLUMES {
            let status = look(self.disks.as_ref(), volume).unwrap_or_else(|error| failed(KIND, &error));
            if status.phase == VolumePhase::Ready {
                cx.write(volume.label, mount_status(volume, &status))?;
            } else {
                cx.wake_after(LOOK);
            }
            cx.write(volume.label, status)?;
        }
        Ok(())
    }
}

const KIND: &str = "directory";

fn look(disks: &dyn Disks, volume: &SystemVolume) -> Result<VolumeStatus, StorageError> {
    let status = VolumeStatus { kind: KIND.to_owned(), ..VolumeStatus::default() };
    if !disks.is_mounted(Path::new(volume.target)) {
        return Ok(VolumeStatus { phase: VolumePhase::Missing, ..status });
    }
    if volume.label == EPHEMERAL.label {
        prepare_folders(disks)?;
    }
    Ok(VolumeStatus { phase: VolumePhase::Ready, location: volume.target.to_owned(), ..status })
}

#[cfg(test)]
mod tests;
