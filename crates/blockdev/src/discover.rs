//! The block devices that the kernel knows, from sysfs.

use std::collections::HashMap;
use std::io::Result;
use std::path::{Path, PathBuf};

use crate::partition::{Partition, PartitionTable};

/// A disk or a partition.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BlockDevice {
    /// Name, for example `vda1`.
    pub name: String,
    /// The disk that a partition is on.
    pub parent: Option<String>,
    /// Number of a partition.
    pub partition_number: Option<u32>,
    /// Label of a partition in the partition table.
    pub partition_label: Option<String>,
    /// Unique id of a partition in the partition table.
    pub partition_uuid: Option<String>,
    /// Size, in bytes.
    pub size: u64,
    /// The kernel refuses writes.
    pub read_only: bool,
    /// The medium can be taken out.
    pub removable: bool,
    /// Spinning.
    pub rotational: bool,
    /// What the device calls itself.
    pub model: String,
    /// Serial number.
    pub serial: String,
    /// World-wide name.
    pub wwid: String,
    /// Bytes that are read and written at once.
    pub sector_size: u64,
    /// Path below `/sys/devices`.
    pub bus_path: String,
}

impl BlockDevice {
    /// Its device file.
    pub fn path(&self) -> PathBuf {
        Path::new("/dev").join(&self.name)
    }

    /// Whether it is a whole disk.
    pub fn is_disk(&self) -> bool {
        self.parent.is_none()
    }
}

/// All block devices, by name.
///
/// # Errors
/// When sysfs is not there.
pub fn block_devices() -> Result<Vec<BlockDevice>> {
    let mut devices = read_block_devices(Path::new("/sys"))?;
    label_announced(&mut devices);
    Ok(devices)
}

/// The kernel knows the labels only of partitions that it found itself, not of those that it was told about. Theirs are
/// read from the table; a disk whose table cannot be read leaves them without.
fn label_announced(devices: &mut [BlockDevice]) {
    let mut tables: HashMap<String, Vec<Partition>> = HashMap::new();
    for device in devices.iter_mut().filter(|device| device.partition_label.is_none()) {
        let (Some(parent), Some(number)) = (&device.parent, device.partition_number) else { continue };
        let table = tables.entry(parent.clone()).or_insert_with(|| {
            let table = PartitionTable::look(&Path::new("/dev").join(parent));
            table.map(|table| table.partitions()).unwrap_or_default()
        });
        if let Some(partition) = table.iter().find(|partition| partition.number == number) {
            device.partition_label = Some(partition.label.clone());
            device.partition_uuid.get_or_insert_with(|| partition.uuid.clone());
        }
    }
}

/// All block devices in a tree like `/sys`, by name. One that disappears meanwhile is left out.
///
/// # Errors
/// When the tree has no `class/block`.
pub fn read_block_devices(sys: &Path) -> Result<Vec<BlockDevice>> {
    let entries = std::fs::read_dir(sys.join("class/block"))?;
    let mut devices: Vec<BlockDevice> = entries.filter_map(|entry| one(&entry.ok()?.path())).collect();
    devices.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(devices)
}

fn one(link: &Path) -> Option<BlockDevice> {
    let folder = std::fs::canonicalize(link).ok()?;
    let uevent = std::fs::read_to_string(folder.join("uevent")).ok()?;
    let facts: HashMap<&str, &str> = uevent.lines().filter_map(|line| line.split_once('=')).collect();
    let text = |name: &str| std::fs::read_to_string(folder.join(name)).ok().map(|text| text.trim().to_owned());
    let number = |name: &str| text(name).and_then(|text| text.parse::<u64>().ok());
    let fact = |name: &str| facts.get(name).map(|value| (*value).to_owned());
    let is_partition = facts.get("DEVTYPE") == Some(&"partition");
    let file_name = |path: &Path| path.file_name().and_then(|name| name.to_str()).map(str::to_owned);
    let parent = if is_partition { file_name(folder.parent()?) } else { None };
    Some(BlockDevice {
        name: fact("DEVNAME")?,
        parent,
        partition_number: fact("PARTN").and_then(|number| number.parse().ok()),
        partition_label: fact("PARTNAME"),
        partition_uuid: fact("PARTUUID"),
        // The kernel counts in units of 512 bytes, whatever the sector size.
        size: number("size")? * 512,
        read_only: number("ro") == Some(1),
        removable: number("removable") == Some(1),
        rotational: number("queue/rotational") == Some(1),
        model: text("device/model").unwrap_or_default(),
        serial: text("serial").or_else(|| text("device/serial")).unwrap_or_default(),
        wwid: text("wwid").or_else(|| text("device/wwid")).unwrap_or_default(),
        sector_size: number("queue/logical_block_size").unwrap_or(512),
        bus_path: folder
            .display()
            .to_string()
            .split_once("/devices")
            .map(|(_, rest)| rest.to_owned())
            .unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn disks_and_partitions_are_told_apart() {
        let sys = tempfile::tempdir().expect("a folder");
        let disk = sys.path().join("devices/pci/block/vda");
        let part = disk.join("vda1");
        std::fs::create_dir_all(&part).expect("made");
        std::fs::create_dir_all(sys.path().join("class/block")).expect("made");
        let write = |path: PathBuf, text: &str| std::fs::write(path, text).expect("written");
        write(disk.join("uevent"), "MAJOR=254\nDEVNAME=vda\nDEVTYPE=disk\n");
        write(disk.join("size"), "2048\n");
        write(part.join("uevent"), "DEVNAME=vda1\nDEVTYPE=partition\nPARTN=1\nPARTNAME=STATE\n");
        write(part.join("size"), "1024\n");
        for (name, to) in [("vda", &disk), ("vda1", &part)] {
            std::os::unix::fs::symlink(to, sys.path().join("class/block").join(name)).expect("linked");
        }
        let devices = read_block_devices(sys.path()).expect("listed");
        assert_eq!(devices.len(), 2);
        assert!(devices[0].is_disk() && devices[0].size == 1 << 20);
        assert_eq!(devices[1].parent.as_deref(), Some("vda"));
        assert_eq!(devices[1].partition_label.as_deref(), Some("STATE"));
        assert_eq!(devices[1].partition_number, Some(1));
    }
}
