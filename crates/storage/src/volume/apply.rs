//! Brings the system's volumes up, one step at a time, and reports how far they are.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use minos_blockdev::{BlockDevice, NewPartition, Probed};
use minos_resources::block::{MountStatus, VolumePhase, VolumeStatus, pretty_size};
use minos_runtime::{Context, Controller, Input, Key, Output, ReconcileError};
use minos_sys::MountFlags;

use super::plan::{Step, locate, next};
use super::system::{EPHEMERAL, FOLDERS, OVERLAY_ROOT, OVERLAYS, SystemVolume, VOLUMES};
use crate::machine::{Disks, StorageError};

/// All volumes are one unit of work: they share the disk's partition table.
pub struct VolumeApply {
    disks: Arc<dyn Disks>,
    /// What was said about each volume, so that it is said once.
    said: Vec<String>,
}

/// How often a missing volume is looked for.
const LOOK: Duration = Duration::from_secs(10);
/// More steps than a volume can need: a plan that does not come to an end is a fault.
const MOST_STEPS: usize = 8;

impl VolumeApply {
    pub fn new(disks: Arc<dyn Disks>) -> Self {
        Self { disks, said: Vec::new() }
    }
}

#[async_trait]
impl Controller for VolumeApply {
    fn name(&self) -> &str {
        "storage.volume.apply"
    }

    fn inputs(&self) -> Vec<Input> {
        Vec::new()
    }

    fn outputs(&self) -> Vec<Output> {
        vec![Output::exclusive::<VolumeStatus>(), Output::exclusive::<MountStatus>()]
    }

    async fn reconcile(&mut self, cx: &Context, _: &Key) -> Result<(), ReconcileError> {
        let mut again = false;
        for volume in &VOLUMES {
            let disks = Arc::clone(&self.disks);
            // Formatting takes seconds and blocks.
            let outcome = tokio::task::spawn_blocking(move || bring_up(disks.as_ref(), volume)).await?;
            let status = outcome.unwrap_or_else(|error| failed(PARTITION, &error));
            again |= status.phase != VolumePhase::Ready;
            self.say(volume, &status);
            if status.phase == VolumePhase::Ready {
                cx.write(volume.label, mount_status(volume, &status))?;
            }
            cx.write(volume.label, status)?;
        }
        if again {
            cx.wake_after(LOOK);
        }
        Ok(())
    }
}

impl VolumeApply {
    fn say(&mut self, volume: &SystemVolume, status: &VolumeStatus) {
        let line = match status.phase {
            VolumePhase::Ready => format!("volume {} ready on {}", volume.label, status.location),
            VolumePhase::Failed => format!("volume {} failed: {}", volume.label, status.error_message),
            _ => return,
        };
        if !self.said.contains(&line) {
            tracing::info!("{line}");
            self.said.push(line);
        }
    }
}

fn bring_up(disks: &dyn Disks, volume: &SystemVolume) -> Result<VolumeStatus, StorageError> {
    let root = disks.root();
    let system_disk = root.as_ref().map(|root| root.disk.as_str());
    let target = Path::new(volume.target);
    for _ in 0..MOST_STEPS {
        let devices = disks.devices()?;
        let located = locate(volume, &devices, system_disk);
        let probed = located.map(|device| disks.probe(&device.path())).transpose()?.flatten();
        let mounted = disks.is_mounted(target);
        match next(volume, located, probed.as_ref(), mounted, system_disk) {
            Step::Missing => {
                return Ok(VolumeStatus { phase: VolumePhase::Missing, kind: kind(), ..VolumeStatus::default() });
            }
            Step::Refuse { reason } => {
                let status = located.map(|device| describe(device, probed.as_ref())).unwrap_or_default();
                return Ok(VolumeStatus { phase: VolumePhase::Failed, error_message: reason, ..status });
            }
            Step::Provision { disk, size } => {
                tracing::info!(volume = volume.label, disk, "making a partition");
                disks.add_partition(&Path::new("/dev").join(&disk), &new_partition(volume, size))?;
            }
            Step::Format { device } => {
                tracing::info!(volume = volume.label, device, "formatting");
                disks.format_xfs(&Path::new("/dev").join(device), volume.label)?;
            }
            Step::Mount { device, filesystem } => {
                if volume.made == Some(None)
                    && let Some(disk) = system_disk
                {
                    disks.grow_partition(&Path::new("/dev").join(disk), volume.label)?;
                }
                disks.mount(&format!("/dev/{device}"), target, filesystem, volume.flags, "")?;
            }
            Step::Ready { .. } => {
                let status = located.map(|device| describe(device, probed.as_ref())).unwrap_or_default();
                after_mount(disks, volume, status.size)?;
                return Ok(VolumeStatus { phase: VolumePhase::Ready, ..status });
            }
        }
    }
    Ok(VolumeStatus {
        phase: VolumePhase::Failed,
        kind: kind(),
        error_message: "the steps to it do not come to an end".to_owned(),
        ..VolumeStatus::default()
    })
}

/// EPHEMERAL takes the whole disk, and is prepared for everybody else.
fn after_mount(disks: &dyn Disks, volume: &SystemVolume, size: u64) -> Result<(), StorageError> {
    if volume.label != EPHEMERAL.label {
        return Ok(());
    }
    disks.grow_filesystem(Path::new(volume.target), size)?;
    prepare_folders(disks)
}

/// Makes the folders that everybody expects on EPHEMERAL, and the overlays of the root with their layers on it.
pub(super) fn prepare_folders(disks: &dyn Disks) -> Result<(), StorageError> {
    disks.make_folders(&FOLDERS.map(PathBuf::from))?;
    for target in OVERLAYS {
        let target = Path::new(target);
        if disks.is_mounted(target) {
            continue;
        }
        let name = target.display().to_string().trim_start_matches('/').replace('/', "-");
        let layer = |kind: &str| Path::new(OVERLAY_ROOT).join(format!("{name}-{kind}"));
        let (upper, work) = (layer("diff"), layer("workdir"));
        disks.make_folders(&[upper.clone(), work.clone()])?;
        let data = format!("lowerdir={},upperdir={},workdir={}", target.display(), upper.display(), work.display());
        let flags = MountFlags { no_suid: true, no_dev: true, ..MountFlags::default() };
        disks.mount("overlay", target, "overlay", flags, &data)?;
    }
    Ok(())
}

/// The kind of a volume with a partition of its own.
const PARTITION: &str = "partition";

fn kind() -> String {
    PARTITION.to_owned()
}

pub(super) fn failed(kind: &str, error: &StorageError) -> VolumeStatus {
    let mut message = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        message.push_str(": ");
        message.push_str(&cause.to_string());
        source = cause.source();
    }
    VolumeStatus {
        phase: VolumePhase::Failed,
        kind: kind.to_owned(),
        error_message: message,
        ..VolumeStatus::default()
    }
}

fn describe(device: &BlockDevice, probed: Option<&Probed>) -> VolumeStatus {
    VolumeStatus {
        kind: kind(),
        location: device.path().display().to_string(),
        partition_index: device.partition_number.unwrap_or_default(),
        parent_location: device.parent.as_ref().map(|parent| format!("/dev/{parent}")).unwrap_or_default(),
        uuid: probed.map(|probed| probed.uuid.clone()).unwrap_or_default(),
        partition_uuid: device.partition_uuid.clone().unwrap_or_default(),
        size: device.size,
        pretty_size: pretty_size(device.size),
        filesystem: probed.map(|probed| probed.filesystem.as_str().to_owned()).unwrap_or_default(),
        ..VolumeStatus::default()
    }
}

pub(super) fn mount_status(volume: &SystemVolume, status: &VolumeStatus) -> MountStatus {
    let flags = [
        (volume.flags.read_only, "ro"),
        (volume.flags.no_suid, "nosuid"),
        (volume.flags.no_dev, "nodev"),
        (volume.flags.no_exec, "noexec"),
        (volume.flags.no_atime, "noatime"),
    ];
    MountStatus {
        source: status.location.clone(),
        target: volume.target.to_owned(),
        filesystem_type: status.filesystem.clone(),
        options: flags.iter().filter(|(set, _)| *set).map(|(_, name)| (*name).to_owned()).collect(),
        encrypted: false,
        encryption_providers: Vec::new(),
    }
}

fn new_partition(volume: &SystemVolume, size: Option<u64>) -> NewPartition {
    let unique = std::fs::read_to_string("/proc/sys/kernel/random/uuid").unwrap_or_default();
    NewPartition {
        label: volume.label.to_owned(),
        size,
        type_guid: guid(volume.type_guid),
        unique_guid: guid(unique.trim()),
    }
}

/// A GUID's text in the byte order of the partition table: the first three groups are little-endian.
fn guid(text: &str) -> [u8; 16] {
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
    let mut bytes = [0; 16];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = std::str::from_utf8(pair).ok().and_then(|pair| u8::from_str_radix(pair, 16).ok()).unwrap_or_default();
    }
    bytes[..4].reverse();
    bytes[4..6].reverse();
    bytes[6..8].reverse();
    bytes
}

#[cfg(test)]
mod tests {
    use super::guid;

    #[test]
    fn guids_are_mixed_endian() {
        let bytes = guid("0fc63daf-8483-4772-8e79-3d69d8477de4");
        assert_eq!(bytes[..8], [0xaf, 0x3d, 0xc6, 0x0f, 0x83, 0x84, 0x72, 0x47]);
        assert_eq!(bytes[8..], [0x8e, 0x79, 0x3d, 0x69, 0xd8, 0x47, 0x7d, 0xe4]);
    }
}
