//! What lies on a device, by its first bytes. The bytes are somebody else's: nothing here may fail on any of them.

use std::fs::File;
use std::io::{Read as _, Result};
use std::path::Path;

/// A kind of content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are those of the formats")]
pub enum Filesystem {
    Xfs,
    Ext4,
    Vfat,
    Erofs,
    Squashfs,
    Iso9660,
    Luks,
    Swap,
    Gpt,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probed {
    /// Kind.
    pub filesystem: Filesystem,
    /// Label, if it has one.
    pub label: String,
    /// Unique id, if it has one.
    pub uuid: String,
}

/// How much is looked at, in bytes.
const LENGTH: u64 = 64 << 10;

impl Filesystem {
    /// The name by which mount(2) and people know it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Filesystem::Xfs => "xfs",
            Filesystem::Ext4 => "ext4",
            Filesystem::Vfat => "vfat",
            Filesystem::Erofs => "erofs",
            Filesystem::Squashfs => "squashfs",
            Filesystem::Iso9660 => "iso9660",
            Filesystem::Luks => "luks",
            Filesystem::Swap => "swap",
            Filesystem::Gpt => "gpt",
        }
    }
}

/// What lies on a device or in a file.
///
/// # Errors
/// When it cannot be read.
pub fn probe_file(path: &Path) -> Result<Option<Probed>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(LENGTH).read_to_end(&mut bytes)?;
    Ok(probe(&bytes))
}

/// What begins with these bytes.
pub fn probe(bytes: &[u8]) -> Option<Probed> {
    let at = |offset: usize, length: usize| bytes.get(offset..offset + length);
    let is = |offset: usize, magic: &[u8]| at(offset, magic.len()) == Some(magic);
    let found = |filesystem, label: Option<&[u8]>, uuid: String| {
        Some(Probed { filesystem, label: label.map(text).unwrap_or_default(), uuid })
    };
    if is(0, b"XFSB") {
        return found(Filesystem::Xfs, at(108, 12), uuid(at(32, 16)));
    }
    if is(0, b"LUKS\xba\xbe") {
        return found(Filesystem::Luks, at(24, 48), at(168, 40).map(text).unwrap_or_default());
    }
    if is(0, b"hsqs") {
        return found(Filesystem::Squashfs, None, String::new());
    }
    if is(1024, &[0xe2, 0xe1, 0xf5, 0xe0]) {
        return found(Filesystem::Erofs, at(1024 + 64, 16), uuid(at(1024 + 48, 16)));
    }
    if is(1080, &[0x53, 0xef]) {
        return found(Filesystem::Ext4, at(1144, 16), uuid(at(1128, 16)));
    }
    if is(32769, b"CD001") {
        return found(Filesystem::Iso9660, at(32808, 32), String::new());
    }
    if is(4086, b"SWAPSPACE2") {
        return found(Filesystem::Swap, at(1052, 16), uuid(at(1036, 16)));
    }
    if is(512, b"EFI PART") {
        return found(Filesystem::Gpt, None, uuid(at(568, 16)));
    }
    if is(510, &[0x55, 0xaa]) && is(82, b"FAT32") {
        return found(Filesystem::Vfat, at(71, 11), fat_id(at(67, 4)));
    }
    if is(510, &[0x55, 0xaa]) && (is(54, b"FAT16") || is(54, b"FAT12")) {
        return found(Filesystem::Vfat, at(43, 11), fat_id(at(39, 4)));
    }
    None
}

/// Text up to the first zero, without spaces at the end.
fn text(bytes: &[u8]) -> String {
    let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    String::from_utf8_lossy(&bytes[..end]).trim_end().to_owned()
}

fn uuid(bytes: Option<&[u8]>) -> String {
    let Some(bytes) = bytes else { return String::new() };
    let hex = hex::encode(bytes);
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}

fn fat_id(bytes: Option<&[u8]>) -> String {
    let Some(&[a, b, c, d]) = bytes else { return String::new() };
    format!("{d:02X}{c:02X}-{b:02X}{a:02X}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn image(patches: &[(usize, &[u8])]) -> Vec<u8> {
        let mut bytes = vec![0; 65536];
        for (offset, patch) in patches {
            bytes[*offset..offset + patch.len()].copy_from_slice(patch);
        }
        bytes
    }

    #[test]
    fn formats_are_recognised_with_their_labels() {
        let xfs = probe(&image(&[(0, b"XFSB"), (108, b"STATE")])).expect("xfs");
        assert_eq!((xfs.filesystem, xfs.label.as_str()), (Filesystem::Xfs, "STATE"));
        let iso = probe(&image(&[(32769, b"CD001"), (32808, b"cidata                          ")])).expect("iso");
        assert_eq!((iso.filesystem, iso.label.as_str()), (Filesystem::Iso9660, "cidata"));
        let fat = probe(&image(&[(510, &[0x55, 0xaa]), (82, b"FAT32"), (71, b"CIDATA     "), (67, &[1, 2, 3, 4])]));
        let fat = fat.expect("vfat");
        assert_eq!((fat.label.as_str(), fat.uuid.as_str()), ("CIDATA", "0403-0201"));
        assert_eq!(probe(&image(&[])), None);
    }

    proptest! {
        #[test]
        fn any_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..5000)) {
            probe(&bytes);
        }
    }
}
