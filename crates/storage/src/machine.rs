//! What this domain needs of the machine.

use std::path::{Path, PathBuf};

use minos_blockdev::{BlockDevice, NewPartition, PartitionError, Probed};
use minos_sys::MountFlags;
use serde::{Deserialize, Serialize};

/// Where the root came from, as `init` found it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RootInfo {
    /// Disk, for example `vda`.
    pub disk: String,
    /// Partition, for example `vda2`.
    pub partition: String,
    /// `A` or `B`.
    pub slot: String,
}

/// Something about a volume failed.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// The partition table cannot be changed.
    #[error(transparent)]
    Partition(#[from] PartitionError),
    /// An operation failed.
    #[error("cannot {action} {what}")]
    Failed {
        /// What.
        action: &'static str,
        /// Which volume, disk or folder.
        what: String,
        /// Why.
        source: std::io::Error,
    },
}

/// Disks, partitions, filesystems and mounts.
pub trait Disks: Send + Sync {
    /// Where the root came from; `None` on a machine without a disk of its own.
    fn root(&self) -> Option<RootInfo>;

    /// All disks and partitions.
    ///
    /// # Errors
    /// When the kernel cannot be asked.
    fn devices(&self) -> Result<Vec<BlockDevice>, StorageError>;

    /// What lies on a device.
    ///
    /// # Errors
    /// When it cannot be read.
    fn probe(&self, device: &Path) -> Result<Option<Probed>, StorageError>;

    /// Adds a partition behind all others and tells the kernel.
    ///
    /// # Errors
    /// When there is no room or the kernel refuses.
    fn add_partition(&self, disk: &Path, partition: &NewPartition) -> Result<(), StorageError>;

    /// Grows the disk's last partition to the end of the disk, if it has that label and room.
    ///
    /// # Errors
    /// When the table cannot be written.
    fn grow_partition(&self, disk: &Path, label: &str) -> Result<(), StorageError>;

    /// Formats a device as XFS.
    ///
    /// # Errors
    /// When the program fails.
    fn format_xfs(&self, device: &Path, label: &str) -> Result<(), StorageError>;

    /// Grows a mounted XFS to the size of its device.
    ///
    /// # Errors
    /// When the kernel refuses.
    fn grow_filesystem(&self, target: &Path, size: u64) -> Result<(), StorageError>;

    /// Whether something is mounted there.
    fn is_mounted(&self, target: &Path) -> bool;

    /// Mounts, at a folder that is made when missing.
    ///
    /// # Errors
    /// When the kernel refuses.
    fn mount(&self, source: &str, target: &Path, kind: &str, flags: MountFlags, data: &str)
    -> Result<(), StorageError>;

    /// Makes folders.
    ///
    /// # Errors
    /// When they cannot be made.
    fn make_folders(&self, folders: &[PathBuf]) -> Result<(), StorageError>;
}
