//! Finding and opening the verified root.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

use minos_blockdev::{BlockDevice, DeviceMapperError, VerityError, VeritySuperblock, block_devices, open_verity};
use minos_sys::{MountFlags, mount};

use crate::command_line::RootArguments;
use crate::steps::since_boot;
use crate::{console, stage1};

/// There is no root to boot from.
#[derive(Debug, thiserror::Error)]
pub enum RootError {
    /// No partition has the hash tree.
    #[error("no root partition with the right hash tree within {waited:?}; seen: {seen}")]
    NotFound {
        /// How long was waited.
        waited: Duration,
        /// What there is.
        seen: String,
    },
    /// Device mapper refused.
    #[error("cannot open the root verified")]
    Open(#[from] DeviceMapperError),
    /// The filesystem cannot be mounted.
    #[error("cannot mount the root from {device}")]
    Mount {
        /// Its device.
        device: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

/// The partition that the root is on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundRoot {
    /// Disk, for example `vda`.
    pub disk: String,
    /// Partition, for example `vda2`.
    pub partition: String,
    /// `A` or `B`.
    pub slot: &'static str,
}

/// How long disks may take to appear.
const PATIENCE: Duration = Duration::from_secs(60);
/// Labels of the partitions that may hold a root, with their slots.
const SLOTS: [(&str, &str); 2] = [("ROOT-A", "A"), ("ROOT-B", "B")];

/// Waits for the partition whose hash tree belongs to the root hash, and mounts it at `target`.
///
/// # Errors
/// See [`RootError`].
pub fn open(arguments: &RootArguments, target: &Path) -> Result<FoundRoot, RootError> {
    let (root, superblock) = find(arguments)?;
    let device = format!("/dev/{}", root.partition);
    let table = superblock.table(&device, arguments.offset, &arguments.hash);
    let device = open_verity("root", superblock.sectors(), &table)?;
    let flags = MountFlags { read_only: true, no_atime: true, ..MountFlags::default() };
    let mounted = mount(&device.display().to_string(), target, "erofs", flags, "");
    mounted.map_err(|source| RootError::Mount { device, source })?;
    Ok(root)
}

fn find(arguments: &RootArguments) -> Result<(FoundRoot, VeritySuperblock), RootError> {
    let begin = since_boot();
    let mut refused = Vec::new();
    loop {
        let devices = block_devices().unwrap_or_default();
        for (device, slot) in candidates(&devices) {
            match check(device, arguments) {
                Ok(superblock) => {
                    let disk = device.parent.clone().unwrap_or_default();
                    return Ok((FoundRoot { disk, partition: device.name.clone(), slot }, superblock));
                }
                Err(error) => note(&mut refused, format!("{}: {error}", device.name)),
            }
        }
        let waited = since_boot().saturating_sub(begin);
        if waited > PATIENCE {
            let names = devices.iter().map(|device| device.name.clone());
            let seen: Vec<String> = names.chain(refused).collect();
            let seen = if seen.is_empty() { "no disk at all".to_owned() } else { seen.join(", ") };
            return Err(RootError::NotFound { waited, seen });
        }
        stage1::pause(Duration::from_millis(20));
    }
}

/// Says each reason once.
fn note(refused: &mut Vec<String>, reason: String) {
    if !refused.contains(&reason) {
        console::say(&format!("not the root: {reason}"));
        refused.push(reason);
    }
}

fn candidates(devices: &[BlockDevice]) -> impl Iterator<Item = (&BlockDevice, &'static str)> {
    devices.iter().filter_map(|device| {
        let label = device.partition_label.as_deref()?;
        SLOTS.iter().find(|(name, _)| *name == label).map(|(_, slot)| (device, *slot))
    })
}

fn check(device: &BlockDevice, arguments: &RootArguments) -> Result<VeritySuperblock, VerityError> {
    VeritySuperblock::check(&File::open(device.path())?, arguments.offset, &arguments.hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_root_partitions_are_candidates() {
        let named = |name: &str, label: &str| BlockDevice {
            name: name.to_owned(),
            partition_label: Some(label.to_owned()),
            ..BlockDevice::default()
        };
        let devices = [named("vda1", "EFI"), named("vda2", "ROOT-A"), named("vda3", "ROOT-B"), BlockDevice::default()];
        let found: Vec<_> = candidates(&devices).map(|(device, slot)| (device.name.as_str(), slot)).collect();
        assert_eq!(found, [("vda2", "A"), ("vda3", "B")]);
    }
}
