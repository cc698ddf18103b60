//! The next thing to do for a volume.

use minos_blockdev::{BlockDevice, Filesystem, Probed};

use super::system::SystemVolume;

/// What to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// There is no such volume, and none is to be made.
    Missing,
    /// Make its partition on this disk.
    Provision { disk: String, size: Option<u64> },
    /// Format this device.
    Format { device: String },
    /// Mount this device, which has this filesystem.
    Mount { device: String, filesystem: &'static str },
    /// It is as it should be.
    Ready { device: String },
    /// It cannot be used.
    Refuse { reason: String },
}

/// The partition that a volume is on. Volumes that are made count only on the system's disk: a disk that somebody plugs
/// in cannot supply them.
pub fn locate<'a>(
    volume: &SystemVolume,
    devices: &'a [BlockDevice],
    system_disk: Option<&str>,
) -> Option<&'a BlockDevice> {
    devices.iter().find(|device| {
        device.partition_label.as_deref() == Some(volume.label)
            && (volume.made.is_none() || device.parent.as_deref() == system_disk)
    })
}

/// The next step from what is seen. A device with any content that is not the volume's own is never formatted.
pub fn next(
    volume: &SystemVolume,
    located: Option<&BlockDevice>,
    probed: Option<&Probed>,
    mounted: bool,
    system_disk: Option<&str>,
) -> Step {
    let Some(device) = located else {
        return match (volume.made, system_disk) {
            (Some(size), Some(disk)) => Step::Provision { disk: disk.to_owned(), size },
            _ => Step::Missing,
        };
    };
    if mounted {
        return Step::Ready { device: device.name.clone() };
    }
    let device = device.name.clone();
    match (probed, volume.made) {
        (None, Some(_)) => Step::Format { device },
        (None, None) => Step::Refuse { reason: "it is empty".to_owned() },
        (Some(found), Some(_)) if found.filesystem == Filesystem::Xfs => Step::Mount { device, filesystem: "xfs" },
        (Some(found), None)
            if matches!(found.filesystem, Filesystem::Erofs | Filesystem::Ext4 | Filesystem::Squashfs) =>
        {
            Step::Mount { device, filesystem: found.filesystem.as_str() }
        }
        (Some(found), _) => {
            Step::Refuse { reason: format!("it holds {}, which is not its own", found.filesystem.as_str()) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::system::{IMAGECACHE, STATE};
    use super::*;

    fn device(name: &str, parent: &str, label: &str) -> BlockDevice {
        BlockDevice {
            name: name.to_owned(),
            parent: Some(parent.to_owned()),
            partition_label: Some(label.to_owned()),
            ..BlockDevice::default()
        }
    }

    fn holding(filesystem: Filesystem) -> Probed {
        Probed { filesystem, label: String::new(), uuid: String::new() }
    }

    #[test]
    fn state_counts_only_on_the_system_s_disk() {
        let devices = [device("vdb1", "vdb", "STATE"), device("vda5", "vda", "STATE")];
        assert_eq!(locate(&STATE, &devices, Some("vda")).map(|one| one.name.as_str()), Some("vda5"));
        assert_eq!(locate(&STATE, &devices[..1], Some("vda")), None);
        assert_eq!(locate(&STATE, &devices[..1], None), None);
        let cache = [device("vdb1", "vdb", "IMAGECACHE")];
        assert!(locate(&IMAGECACHE, &cache, Some("vda")).is_some(), "the cache may be anywhere");
    }

    #[test]
    fn a_fresh_disk_goes_from_nothing_to_mounted() {
        let made = device("vda5", "vda", "STATE");
        let step = |located, probed, mounted| next(&STATE, located, probed, mounted, Some("vda"));
        assert_eq!(step(None, None, false), Step::Provision { disk: "vda".to_owned(), size: Some(512 << 20) });
        assert_eq!(step(Some(&made), None, false), Step::Format { device: "vda5".to_owned() });
        let xfs = holding(Filesystem::Xfs);
        assert_eq!(step(Some(&made), Some(&xfs), false), Step::Mount { device: "vda5".to_owned(), filesystem: "xfs" });
        assert_eq!(step(Some(&made), Some(&xfs), true), Step::Ready { device: "vda5".to_owned() });
    }

    #[test]
    fn foreign_content_is_never_formatted() {
        let made = device("vda5", "vda", "STATE");
        let foreign = holding(Filesystem::Ext4);
        assert!(matches!(next(&STATE, Some(&made), Some(&foreign), false, Some("vda")), Step::Refuse { .. }));
        assert_eq!(next(&IMAGECACHE, None, None, false, Some("vda")), Step::Missing, "a cache is never made");
    }
}
