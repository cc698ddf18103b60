//! The partitions of a system disk: labels, types, sizes and places.

use std::fmt;

use uuid::{Uuid, uuid};

/// Bytes in a mebibyte; partitions start and end on multiples of it.
pub const MIB: u64 = 1024 * 1024;

/// The GUID of the disk that a fresh image describes.
pub const DISK_GUID: Uuid = uuid!("6d696e6f-7300-4000-8000-000000000000");

const EFI_SYSTEM: Uuid = uuid!("c12a7328-f81f-11d2-ba4b-00a0c93ec93b");
const LINUX_ROOT_X86_64: Uuid = uuid!("4f68bce3-e8cd-4db1-96e7-fbcaf984b709");
const LINUX_DATA: Uuid = uuid!("0fc63daf-8483-4772-8e79-3d69d8477de4");

/// The name of a system partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Label {
    /// Boot loader and kernel images.
    Efi,
    /// Root image of slot A.
    RootA,
    /// Root image of slot B.
    RootB,
    /// Small raw key-value store.
    Meta,
    /// Configuration, identity and journal.
    State,
    /// Everything below `/var`.
    Ephemeral,
    /// Container images that the node may use without a registry.
    ImageCache,
}

impl Label {
    /// The partitions of a system disk, in their order on it.
    pub const SYSTEM: [Self; 6] = [Self::Efi, Self::RootA, Self::RootB, Self::Meta, Self::State, Self::Ephemeral];

    /// The label in the partition table.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Efi => "EFI",
            Self::RootA => "ROOT-A",
            Self::RootB => "ROOT-B",
            Self::Meta => "META",
            Self::State => "STATE",
            Self::Ephemeral => "EPHEMERAL",
            Self::ImageCache => "IMAGECACHE",
        }
    }

    /// The label that a partition table spells like this.
    pub fn from_label(text: &str) -> Option<Self> {
        let all = Self::SYSTEM.into_iter().chain([Self::ImageCache]);
        all.into_iter().find(|label| label.as_str() == text)
    }

    /// The partition type GUID.
    pub const fn type_guid(self) -> Uuid {
        match self {
            Self::Efi => EFI_SYSTEM,
            Self::RootA | Self::RootB => LINUX_ROOT_X86_64,
            Self::Meta | Self::State | Self::Ephemeral | Self::ImageCache => LINUX_DATA,
        }
    }

    /// The GUID that the partition has in a fresh image; the same in each, so that equal inputs give equal images.
    pub fn guid(self) -> Uuid {
        Uuid::new_v5(&DISK_GUID, self.as_str().as_bytes())
    }

    /// The size in bytes; none where the partition takes what is left.
    pub const fn size(self) -> Option<u64> {
        match self {
            Self::Efi => Some(1024 * MIB),
            Self::RootA | Self::RootB | Self::State => Some(512 * MIB),
            Self::Meta => Some(MIB),
            Self::Ephemeral | Self::ImageCache => None,
        }
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Where one partition lies; offset and size are multiples of [`MIB`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartitionPlan {
    /// Number in the partition table, from 1.
    pub number: u32,
    /// Name and, through it, type and GUID.
    pub label: Label,
    /// First byte on the disk.
    pub offset: u64,
    /// Bytes.
    pub size: u64,
}

/// Why partitions cannot be laid out.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum LayoutError {
    /// The disk has no room for the partition.
    #[error("the disk has {disk} bytes, partition {label} needs it to have {needed}")]
    TooSmall {
        /// Size of the disk in bytes.
        disk: u64,
        /// The first partition that does not fit.
        label: Label,
        /// Size in bytes from which on it would fit.
        needed: u64,
    },
}

/// The places of all partitions on one disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Size of the disk in bytes.
    pub disk_size: u64,
    /// The partitions, in their order on the disk.
    pub partitions: Vec<PartitionPlan>,
}

impl Layout {
    /// The partitions that a fresh disk image holds; the node makes the others at its first boot.
    pub const FRESH: [Label; 4] = [Label::Efi, Label::RootA, Label::RootB, Label::Meta];

    /// Lays the partitions out one after the other; one without a size of its own gets what is left and must be last.
    ///
    /// The first and the last mebibyte are left to the partition table and its copy.
    pub fn place(labels: &[Label], disk_size: u64) -> Result<Self, LayoutError> {
        let end = (disk_size / MIB * MIB).saturating_sub(MIB);
        let mut offset = MIB;
        let mut partitions = Vec::with_capacity(labels.len());
        for (number, &label) in (1..).zip(labels) {
            let size = label.size().unwrap_or_else(|| end.saturating_sub(offset).max(MIB));
            if offset + size > end {
                return Err(LayoutError::TooSmall { disk: disk_size, label, needed: offset + size + MIB });
            }
            partitions.push(PartitionPlan { number, label, offset, size });
            offset += size;
        }
        Ok(Self { disk_size, partitions })
    }

    /// The layout of a fresh disk image: [`Layout::FRESH`] on the smallest disk that holds them.
    pub fn fresh() -> Self {
        let size = Self::smallest(&Self::FRESH);
        Self::place(&Self::FRESH, size).expect("the smallest disk holds the partitions it was computed from")
    }

    /// The size in bytes of the smallest disk that holds these partitions.
    pub fn smallest(labels: &[Label]) -> u64 {
        labels.iter().map(|label| label.size().unwrap_or(MIB)).sum::<u64>() + 2 * MIB
    }

    /// The place of a partition.
    pub fn partition(&self, label: Label) -> Option<&PartitionPlan> {
        self.partitions.iter().find(|partition| partition.label == label)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_fresh_image_holds_the_first_four_partitions() {
        let layout = Layout::fresh();
        let places: Vec<_> = layout.partitions.iter().map(|one| (one.label.as_str(), one.offset / MIB)).collect();
        assert_eq!(places, [("EFI", 1), ("ROOT-A", 1025), ("ROOT-B", 1537), ("META", 2049)]);
        assert_eq!(layout.disk_size, 2051 * MIB);
    }

    #[test]
    fn the_first_boot_keeps_what_the_image_placed() {
        let whole = Layout::place(&Label::SYSTEM, 20 * 1024 * MIB).unwrap();
        assert_eq!(whole.partitions[..4], Layout::fresh().partitions[..]);
        let last = whole.partition(Label::Ephemeral).unwrap();
        assert_eq!(last.offset + last.size, 20 * 1024 * MIB - MIB);
    }

    #[test]
    fn a_disk_that_is_too_small_is_named_with_the_size_that_would_do() {
        let error = Layout::place(&Label::SYSTEM, 100 * MIB).unwrap_err();
        assert_eq!(error, LayoutError::TooSmall { disk: 100 * MIB, label: Label::Efi, needed: 1026 * MIB });
    }

    #[test]
    fn labels_are_read_back() {
        for label in Label::SYSTEM {
            assert_eq!(Label::from_label(label.as_str()), Some(label));
        }
        assert_eq!(Label::from_label("efi"), None);
    }

    proptest! {
        #[test]
        fn partitions_never_overlap_and_stay_inside(size in 0_u64..1 << 45) {
            if let Ok(layout) = Layout::place(&Label::SYSTEM, size) {
                let mut free = MIB;
                for partition in &layout.partitions {
                    prop_assert_eq!(partition.offset, free);
                    prop_assert_eq!(partition.offset % MIB, 0);
                    prop_assert!(partition.size >= MIB);
                    free = partition.offset + partition.size;
                }
                prop_assert!(free + MIB <= size);
            } else {
                prop_assert!(size < Layout::smallest(&Label::SYSTEM));
            }
        }
    }
}
