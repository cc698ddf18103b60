//! Disks: which there are, how they are partitioned, what lies on them, and device mapper.
//!
//! In: paths and plain requests. Out: what is on the disk or what the kernel did. No policy, no asynchronous code. One
//! of the three crates with `unsafe` code.

mod devicemapper;
mod discover;
mod grow;
mod partition;
mod probe;
mod verity;

pub use devicemapper::{DeviceMapperError, open_verity};
pub use discover::{BlockDevice, block_devices, read_block_devices};
pub use grow::grow_xfs;
pub use partition::{NewPartition, Partition, PartitionError, PartitionTable};
pub use probe::{Filesystem, Probed, probe, probe_file};
pub use verity::{VerityError, VeritySuperblock};
