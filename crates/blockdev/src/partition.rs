//! GPT partition tables: reading, adding and growing partitions, and telling the kernel.

use std::fs::{File, OpenOptions};
use std::os::fd::AsRawFd as _;
use std::path::{Path, PathBuf};

use gptman::{GPT, GPTPartitionEntry};

/// A partition table could not be read or changed.
#[derive(Debug, thiserror::Error)]
pub enum PartitionError {
    /// A file operation failed.
    #[error("cannot {action} {disk}")]
    Device {
        /// What.
        action: &'static str,
        /// Which disk.
        disk: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The table is damaged, or there is none.
    #[error("the partition table of {disk} cannot be {action}: {reason}")]
    Table {
        /// Which disk.
        disk: PathBuf,
        /// `read` or `written`.
        action: &'static str,
        /// Why.
        reason: String,
    },
    /// There is no room.
    #[error("{disk} has no room for the partition {label} of {size} bytes")]
    NoRoom {
        /// Which disk.
        disk: PathBuf,
        /// Which partition.
        label: String,
        /// How big, in bytes.
        size: u64,
    },
}

/// A partition as the table has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partition {
    /// Number, from 1.
    pub number: u32,
    /// Label.
    pub label: String,
    /// First byte.
    pub start: u64,
    /// Length, in bytes.
    pub size: u64,
    /// Unique id, as text.
    pub uuid: String,
}

/// A partition to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPartition {
    /// Label.
    pub label: String,
    /// Length, in bytes; all that is left when absent.
    pub size: Option<u64>,
    /// Type GUID, in the byte order of the table.
    pub type_guid: [u8; 16],
    /// Unique GUID, in the byte order of the table.
    pub unique_guid: [u8; 16],
}

/// The partition table of one disk, read and written as a whole.
#[derive(Debug)]
pub struct PartitionTable {
    disk: PathBuf,
    file: File,
    gpt: GPT,
}

/// Partitions begin at multiples of this, in bytes.
const ALIGNMENT: u64 = 1 << 20;

impl PartitionTable {
    /// Reads the table. A disk that is longer than when the table was written is fine: the second copy moves to the
    /// end when the table is written.
    ///
    /// # Errors
    /// When the disk cannot be opened or has no table.
    pub fn open(disk: &Path) -> Result<Self, PartitionError> {
        Self::open_with(disk, OpenOptions::new().read(true).write(true))
    }

    /// Reads the table only to look at it.
    ///
    /// # Errors
    /// When the disk cannot be opened or has no table.
    pub fn look(disk: &Path) -> Result<Self, PartitionError> {
        Self::open_with(disk, OpenOptions::new().read(true))
    }

    fn open_with(disk: &Path, options: &OpenOptions) -> Result<Self, PartitionError> {
        let opened = options.open(disk);
        let mut file =
            opened.map_err(|source| PartitionError::Device { action: "open", disk: disk.to_owned(), source })?;
        let gpt = GPT::find_from(&mut file).map_err(|error| table(disk, "read", &error))?;
        Ok(Self { disk: disk.to_owned(), file, gpt })
    }

    /// The partitions, by number.
    pub fn partitions(&self) -> Vec<Partition> {
        let sector = self.gpt.sector_size;
        let used = self.gpt.iter().filter(|(_, entry)| entry.is_used());
        used.map(|(number, entry)| Partition {
            number,
            label: entry.partition_name.as_str().to_owned(),
            start: entry.starting_lba * sector,
            size: (entry.ending_lba - entry.starting_lba + 1) * sector,
            uuid: guid_text(entry.unique_partition_guid),
        })
        .collect()
    }

    /// Adds a partition behind all others, unless one of this label is there; nothing is written yet.
    ///
    /// # Errors
    /// When there is no room or no free entry.
    pub fn add(&mut self, new: &NewPartition) -> Result<Partition, PartitionError> {
        if let Some(there) = self.partitions().into_iter().find(|one| one.label == new.label) {
            return Ok(there);
        }
        self.use_whole_disk()?;
        let sector = self.gpt.sector_size;
        let no_room = |size| PartitionError::NoRoom { disk: self.disk.clone(), label: new.label.clone(), size };
        let end = self.partitions().iter().map(|one| one.start + one.size).max().unwrap_or(ALIGNMENT);
        let start = end.next_multiple_of(ALIGNMENT);
        let last = (self.gpt.header.last_usable_lba + 1) * sector / ALIGNMENT * ALIGNMENT;
        let room = last.saturating_sub(start);
        let size = new.size.unwrap_or(room);
        if size == 0 || size > room {
            return Err(no_room(size));
        }
        let number = self.gpt.iter().find(|(_, entry)| entry.is_unused()).map(|(number, _)| number);
        let number = number.ok_or_else(|| no_room(size))?;
        self.gpt[number] = GPTPartitionEntry {
            partition_type_guid: new.type_guid,
            unique_partition_guid: new.unique_guid,
            starting_lba: start / sector,
            ending_lba: (start + size) / sector - 1,
            attribute_bits: 0,
            partition_name: new.label.as_str().into(),
        };
        Ok(Partition { number, label: new.label.clone(), start, size, uuid: guid_text(new.unique_guid) })
    }

    /// Grows a partition to the end of the disk if it is the last one there; the partition when it has grown. Nothing
    /// is written yet.
    ///
    /// # Errors
    /// When the table cannot be laid out anew.
    pub fn grow(&mut self, label: &str) -> Result<Option<Partition>, PartitionError> {
        self.use_whole_disk()?;
        let sector = self.gpt.sector_size;
        let partitions = self.partitions();
        let Some(own) = partitions.iter().find(|one| one.label == label) else { return Ok(None) };
        if partitions.iter().any(|one| one.start > own.start) {
            return Ok(None);
        }
        let end = (self.gpt.header.last_usable_lba + 1) * sector / ALIGNMENT * ALIGNMENT;
        if end <= own.start + own.size {
            return Ok(None);
        }
        self.gpt[own.number].ending_lba = end / sector - 1;
        Ok(Some(Partition { size: end - own.start, ..own.clone() }))
    }

    /// Writes both copies of the table.
    ///
    /// # Errors
    /// When writing fails.
    pub fn write(&mut self) -> Result<(), PartitionError> {
        self.gpt.write_into(&mut self.file).map_err(|error| table(&self.disk, "written", &error))?;
        let synced = self.file.sync_all();
        synced.map_err(|source| PartitionError::Device { action: "write", disk: self.disk.clone(), source })
    }

    /// Tells the kernel about a new partition, while others of the disk are in use.
    ///
    /// # Errors
    /// When the kernel refuses.
    pub fn announce(&self, partition: &Partition) -> Result<(), PartitionError> {
        self.tell(BLKPG_ADD_PARTITION, "announce a partition of", partition)
    }

    /// Tells the kernel that a partition has grown.
    ///
    /// # Errors
    /// When the kernel refuses.
    pub fn announce_growth(&self, partition: &Partition) -> Result<(), PartitionError> {
        self.tell(BLKPG_RESIZE_PARTITION, "resize a partition of", partition)
    }

    fn use_whole_disk(&mut self) -> Result<(), PartitionError> {
        let length = gptman_length(&mut self.file);
        let length =
            length.map_err(|source| PartitionError::Device { action: "measure", disk: self.disk.clone(), source })?;
        let sectors = length / self.gpt.sector_size;
        if self.gpt.header.backup_lba + 1 < sectors {
            self.gpt
                .header
                .update_from(&mut self.file, self.gpt.sector_size)
                .map_err(|error| table(&self.disk, "read", &error))?;
        }
        Ok(())
    }

    fn tell(&self, operation: libc::c_int, action: &'static str, partition: &Partition) -> Result<(), PartitionError> {
        let mut details = BlkpgPartition {
            start: i64::try_from(partition.start).unwrap_or(i64::MAX),
            length: i64::try_from(partition.size).unwrap_or(i64::MAX),
            number: libc::c_int::try_from(partition.number).unwrap_or(libc::c_int::MAX),
            device_name: [0; 64],
            volume_name: [0; 64],
        };
        let argument = BlkpgArgument {
            operation,
            flags: 0,
            length: libc::c_int::try_from(size_of::<BlkpgPartition>()).unwrap_or_default(),
            data: &raw mut details,
        };
        // SAFETY: BLKPG reads `argument` and the partition it points to; both live on.
        let result = unsafe { libc::ioctl(self.file.as_raw_fd(), BLKPG, &raw const argument) };
        let error = std::io::Error::last_os_error();
        match result {
            0 => Ok(()),
            // The kernel has seen it already.
            _ if operation == BLKPG_ADD_PARTITION && error.raw_os_error() == Some(libc::EBUSY) => Ok(()),
            _ => Err(PartitionError::Device { action, disk: self.disk.clone(), source: error }),
        }
    }
}

fn table(disk: &Path, action: &'static str, error: &dyn std::fmt::Display) -> PartitionError {
    PartitionError::Table { disk: disk.to_owned(), action, reason: error.to_string() }
}

/// A GUID as text: the first three groups are little-endian.
fn guid_text(guid: [u8; 16]) -> String {
    let groups: [&[usize]; 5] = [&[3, 2, 1, 0], &[5, 4], &[7, 6], &[8, 9], &[10, 11, 12, 13, 14, 15]];
    let hex = |group: &&[usize]| group.iter().map(|&index| format!("{:02x}", guid[index])).collect::<String>();
    groups.iter().map(hex).collect::<Vec<_>>().join("-")
}

/// Length of a disk or file.
fn gptman_length(file: &mut File) -> std::io::Result<u64> {
    use std::io::{Seek as _, SeekFrom};
    file.seek(SeekFrom::End(0))
}

const BLKPG: libc::c_ulong = 0x1269;
const BLKPG_ADD_PARTITION: libc::c_int = 1;
const BLKPG_RESIZE_PARTITION: libc::c_int = 3;

/// `struct blkpg_ioctl_arg` of linux/blkpg.h.
#[repr(C)]
struct BlkpgArgument {
    operation: libc::c_int,
    flags: libc::c_int,
    length: libc::c_int,
    data: *mut BlkpgPartition,
}

/// `struct blkpg_partition` of linux/blkpg.h.
#[repr(C)]
struct BlkpgPartition {
    start: i64,
    length: i64,
    number: libc::c_int,
    device_name: [u8; 64],
    volume_name: [u8; 64],
}

#[cfg(test)]
mod tests {
    use super::*;

    fn disk(mib: u64) -> tempfile::NamedTempFile {
        let mut file = tempfile::NamedTempFile::new().expect("a file");
        file.as_file().set_len(mib << 20).expect("sized");
        let mut gpt = GPT::new_from(file.as_file_mut(), 512, [1; 16]).expect("a table");
        gpt.write_into(file.as_file_mut()).expect("written");
        file
    }

    fn new(label: &str, size: Option<u64>) -> NewPartition {
        NewPartition { label: label.to_owned(), size, type_guid: [2; 16], unique_guid: [label.as_bytes()[0]; 16] }
    }

    #[test]
    fn partitions_are_added_in_order_and_found_again() {
        let file = disk(64);
        let mut table = PartitionTable::open(file.path()).expect("opened");
        table.add(&new("STATE", Some(8 << 20))).expect("room");
        table.add(&new("EPHEMERAL", None)).expect("room");
        table.write().expect("written");
        let again = PartitionTable::open(file.path()).expect("opened").partitions();
        assert_eq!(again[0].label, "STATE");
        assert_eq!((again[0].start, again[0].size), (1 << 20, 8 << 20));
        assert_eq!((again[1].label.as_str(), again[1].start), ("EPHEMERAL", 9 << 20));
        assert_eq!(again[1].size, 54 << 20, "to the end, but for the second copy of the table");
    }

    #[test]
    fn a_partition_that_is_there_is_not_made_again() {
        let file = disk(64);
        let mut table = PartitionTable::open(file.path()).expect("opened");
        let first = table.add(&new("STATE", Some(8 << 20))).expect("room");
        assert_eq!(table.add(&new("STATE", Some(9 << 20))).expect("there"), first);
        assert_eq!(first.uuid, "53535353-5353-5353-5353-535353535353");
        assert_eq!(table.partitions(), [first]);
    }

    #[test]
    fn the_last_partition_grows_with_the_disk() {
        let file = disk(16);
        let mut table = PartitionTable::open(file.path()).expect("opened");
        table.add(&new("A", Some(2 << 20))).expect("room");
        table.add(&new("B", None)).expect("room");
        table.write().expect("written");
        file.as_file().set_len(64 << 20).expect("grown");
        let mut table = PartitionTable::open(file.path()).expect("opened");
        assert_eq!(table.grow("A").expect("read"), None, "only the last one");
        let grown = table.grow("B").expect("read").expect("there is room");
        table.write().expect("written");
        assert_eq!(grown.start + grown.size, 63 << 20);
        assert_eq!(
            PartitionTable::open(file.path()).expect("opened").grow("B").expect("read"),
            None,
            "as far as it goes"
        );
    }

    #[test]
    fn too_much_is_refused() {
        let file = disk(16);
        let mut table = PartitionTable::open(file.path()).expect("opened");
        let error = table.add(&new("A", Some(1 << 30))).expect_err("no room");
        assert!(error.to_string().contains("no room for the partition A"), "{error}");
    }
}
