//! The partition table on the medium.

use std::io::{Read, Seek, Write};

use gptman::{GPT, GPTPartitionEntry};
use uuid::Uuid;

use crate::layout::{DISK_GUID, Layout};

/// Why the partition table could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// The medium failed, or what is on it is no partition table.
    #[error("cannot {attempt} the partition table")]
    Gpt {
        /// `read` or `write`.
        attempt: &'static str,
        /// What the table's code says.
        source: gptman::Error,
    },
    /// The sector size is not one that disks have.
    #[error("a disk has no sectors of {0} bytes")]
    SectorSize(u64),
}

/// Writes a protective MBR and a new GUID partition table with its copy at the end of the medium.
///
/// `sector_size` is 512 or 4096. Whatever table was there is gone.
pub fn write_table<D: Read + Write + Seek>(disk: &mut D, layout: &Layout, sector_size: u64) -> Result<(), TableError> {
    if !matches!(sector_size, 512 | 4096) {
        return Err(TableError::SectorSize(sector_size));
    }
    let failed = |source| TableError::Gpt { attempt: "write", source };
    let mut gpt = GPT::new_from(disk, sector_size, to_disk(DISK_GUID)).map_err(failed)?;
    for partition in &layout.partitions {
        let first = partition.offset / sector_size;
        gpt[partition.number] = GPTPartitionEntry {
            partition_type_guid: to_disk(partition.label.type_guid()),
            unique_partition_guid: to_disk(partition.label.guid()),
            starting_lba: first,
            ending_lba: first + partition.size / sector_size - 1,
            attribute_bits: 0,
            partition_name: partition.label.as_str().into(),
        };
    }
    GPT::write_protective_mbr_into(disk, sector_size).map_err(failed)?;
    gpt.write_into(disk).map(drop).map_err(failed)
}

/// One partition as a table describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundPartition {
    /// Number in the table, from 1.
    pub number: u32,
    /// The label, any that somebody gave it.
    pub label: String,
    /// First byte on the disk.
    pub offset: u64,
    /// Bytes.
    pub size: u64,
}

/// Reads the partitions of a disk, in the table's order.
pub fn read_table<D: Read + Seek>(disk: &mut D) -> Result<Vec<FoundPartition>, TableError> {
    let gpt = GPT::find_from(disk).map_err(|source| TableError::Gpt { attempt: "read", source })?;
    let sector = gpt.sector_size;
    let used = gpt.iter().filter(|(_, entry)| entry.is_used());
    let found = used.map(|(number, entry)| FoundPartition {
        number,
        label: entry.partition_name.as_str().to_owned(),
        offset: entry.starting_lba * sector,
        size: (entry.ending_lba + 1).saturating_sub(entry.starting_lba) * sector,
    });
    Ok(found.collect())
}

/// GUIDs lie on the disk with their first three fields in little-endian order.
fn to_disk(guid: Uuid) -> [u8; 16] {
    guid.to_bytes_le()
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;
    use crate::layout::{Label, MIB};

    #[test]
    fn a_written_table_is_read_back() {
        for sector in [512, 4096] {
            let layout = Layout::place(&[Label::Meta, Label::Ephemeral], 8 * MIB).unwrap();
            let mut disk = Cursor::new(vec![0_u8; 8 << 20]);
            write_table(&mut disk, &layout, sector).unwrap();
            let found = read_table(&mut disk).unwrap();
            let seen: Vec<_> = found.iter().map(|one| (one.label.as_str(), one.offset, one.size)).collect();
            assert_eq!(seen, [("META", MIB, MIB), ("EPHEMERAL", 2 * MIB, 5 * MIB)]);
            assert_eq!(disk.get_ref()[510..512], [0x55, 0xaa]);
        }
    }

    #[test]
    fn a_disk_without_a_table_is_an_error() {
        assert!(read_table(&mut Cursor::new(vec![0_u8; 1 << 20])).is_err());
    }

    #[test]
    fn equal_layouts_give_equal_bytes() {
        let layout = Layout::place(&[Label::Meta], 4 * MIB).unwrap();
        let write = || {
            let mut disk = Cursor::new(vec![0_u8; 4 << 20]);
            write_table(&mut disk, &layout, 512).unwrap();
            disk.into_inner()
        };
        assert!(write() == write());
    }
}
