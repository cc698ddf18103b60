//! Disks, volumes and mounts.

mod disk;
mod mount_status;
mod system_disk;
mod volume_status;

pub use disk::Disk;
pub use mount_status::MountStatus;
pub use system_disk::SystemDisk;
pub use volume_status::{VolumePhase, VolumeStatus};

use minos_runtime::Definition;

/// The types of this domain.
pub const DEFINITIONS: &[Definition] = &[
    Definition::of::<Disk>(),
    Definition::of::<MountStatus>(),
    Definition::of::<SystemDisk>(),
    Definition::of::<VolumeStatus>(),
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
