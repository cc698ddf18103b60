//! Disks, volumes and mounts.

mod device;
mod disk;
mod mount;
mod mount_status;
mod swap;
mod system_disk;
mod volume_config;
mod volume_status;

pub use device::{BlockDevice, BlockSymlink, DiscoveredVolume, DiscoveryRefreshRequest, DiscoveryRefreshStatus};
pub use disk::Disk;
pub use mount::{MountRequest, VolumeMount, VolumeMountRequest, VolumeMountStatus};
pub use mount_status::MountStatus;
pub use swap::{SwapStatus, ZswapStatus};
pub use system_disk::SystemDisk;
pub use volume_config::{
    DiskSelector, EncryptionKey, EncryptionKeyKind, EncryptionProvider, EncryptionSpec, FilesystemSpec, FilesystemType,
    Locator, MountParameter, MountParameterKind, MountSpec, PartitionSpec, Provisioning, SymlinkSpec, TpmOptions,
    UserDiskConfigStatus, VolumeConfig, VolumeLifecycle, VolumeType,
};
pub use volume_status::{VolumePhase, VolumeStatus};

use crate::declare::definitions;

definitions![
    BlockDevice,
    BlockSymlink,
    DiscoveredVolume,
    DiscoveryRefreshRequest,
    DiscoveryRefreshStatus,
    Disk,
    MountRequest,
    MountStatus,
    SwapStatus,
    SystemDisk,
    UserDiskConfigStatus,
    VolumeConfig,
    VolumeLifecycle,
    VolumeMount,
    VolumeMountRequest,
    VolumeMountStatus,
    VolumeStatus,
    ZswapStatus,
];

/// A size for people: decimal units, one digit after the point.
pub fn pretty_size(bytes: u64) -> String {
    const UNITS: [&str; 6] = ["B", "kB", "MB", "GB", "TB", "PB"];
    let mut size = bytes as f64;
    let mut unit = 0;
    while size >= 1000.0 && unit < UNITS.len() - 1 {
        size /= 1000.0;
        unit += 1;
    }
    if unit == 0 { format!("{bytes} B") } else { format!("{size:.1} {}", UNITS[unit]) }
}
