//! Disks, volumes and mounts: the system's partitions are found or made on the disk that the root came from, formatted,
//! grown and mounted.
//!
//! In: what is on the disks, and where the root came from. Out: `Disk`, `SystemDisk`, `VolumeStatus` and `MountStatus`
//! resources, and mounted filesystems. Other domains wait for a `VolumeStatus` that is ready.

#![forbid(unsafe_code)]

mod disk;
mod linux;
mod machine;
mod volume;

use std::sync::Arc;

use minos_runtime::Controller;
use minos_sys::Mode;

pub use linux::LinuxDisks;
pub use machine::{Disks, RootInfo, StorageError};

/// What the domain needs.
#[derive(Clone)]
pub struct Deps {
    /// What the node runs on. A container's volumes are folders that its runner has bound.
    pub mode: Mode,
    /// Disks, partitions, filesystems and mounts.
    pub disks: Arc<dyn Disks>,
}

/// The domain's controllers.
pub fn controllers(deps: Deps) -> Vec<Box<dyn Controller>> {
    if deps.mode.is_container() {
        return vec![Box::new(volume::VolumeBound::new(deps.disks))];
    }
    vec![Box::new(disk::DiskStatus::new(deps.disks.clone())), Box::new(volume::VolumeApply::new(deps.disks))]
}
