//! The running machine.

use std::io::Error;
use std::path::{Path, PathBuf};
use std::process::Command;

use minos_blockdev::{BlockDevice, NewPartition, PartitionTable, Probed, block_devices, grow_xfs, probe_file};
use minos_sys::{MountFlags, is_mounted, mount};

use crate::machine::{Disks, RootInfo, StorageError};

/// Disks of the running machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct LinuxDisks;

fn failed(action: &'static str, what: impl std::fmt::Display) -> impl FnOnce(Error) -> StorageError {
    let what = what.to_string();
    move |source| StorageError::Failed { action, what, source }
}

impl Disks for LinuxDisks {
    fn root(&self) -> Option<RootInfo> {
        serde_json::from_str(&std::fs::read_to_string(minos_sys::pid1::ROOT_INFO).ok()?).ok()
    }

    fn devices(&self) -> Result<Vec<BlockDevice>, StorageError> {
        block_devices().map_err(failed("list", "block devices"))
    }

    fn probe(&self, device: &Path) -> Result<Option<Probed>, StorageError> {
        probe_file(device).map_err(failed("read", device.display()))
    }

    fn add_partition(&self, disk: &Path, partition: &NewPartition) -> Result<(), StorageError> {
        let mut table = PartitionTable::open(disk)?;
        let added = table.add(partition)?;
        table.write()?;
        Ok(table.announce(&added)?)
    }

    fn grow_partition(&self, disk: &Path, label: &str) -> Result<(), StorageError> {
        let mut table = PartitionTable::open(disk)?;
        if let Some(grown) = table.grow(label)? {
            table.write()?;
            table.announce_growth(&grown)?;
        }
        Ok(())
    }

    fn format_xfs(&self, device: &Path, label: &str) -> Result<(), StorageError> {
        let output = Command::new("/usr/bin/mkfs.xfs").args(["-q", "-f", "-L", label]).arg(device).output();
        let output = output.map_err(failed("format", device.display()))?;
        if output.status.success() {
            return Ok(());
        }
        let reason = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        Err(failed("format", device.display())(Error::other(reason)))
    }

    fn grow_filesystem(&self, target: &Path, size: u64) -> Result<(), StorageError> {
        grow_xfs(target, size).map_err(failed("grow", target.display()))
    }

    fn is_mounted(&self, target: &Path) -> bool {
        is_mounted(target).unwrap_or(false)
    }

    fn mount(
        &self,
        source: &str,
        target: &Path,
        kind: &str,
        flags: MountFlags,
        data: &str,
    ) -> Result<(), StorageError> {
        // A place in the read-only root is there already; one that is not cannot be made, and the mount says so.
        drop(std::fs::create_dir_all(target));
        mount(source, target, kind, flags, data).map_err(failed("mount", target.display()))
    }

    fn make_folders(&self, folders: &[PathBuf]) -> Result<(), StorageError> {
        folders.iter().try_for_each(|folder| std::fs::create_dir_all(folder).map_err(failed("make", folder.display())))
    }
}
