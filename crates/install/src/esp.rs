//! The EFI system partition: its file system and what the firmware and the boot loader look for.

use std::collections::BTreeSet;
use std::io::{self, Read, Seek, Write};

use fatfs::{FatType, FileSystem, FormatVolumeOptions, FsOptions};

/// Where the boot loader lies: the path of its own, and the one that firmware without boot entries starts.
pub const LOADER_PATHS: [&str; 2] = ["/EFI/systemd/systemd-bootx64.efi", "/EFI/BOOT/BOOTX64.EFI"];

/// The loader's settings. There is no `default` line: it would match by name and ignore an exhausted boot counter.
pub const LOADER_CONF: &str = "timeout 0\neditor no\nauto-entries no\n";

/// The file system's serial number, the same in each image so that equal inputs give equal images.
const VOLUME_ID: u32 = 0x6d69_6e6f;
const VOLUME_LABEL: [u8; 11] = *b"EFI        ";

/// A file of the EFI system partition.
#[derive(Clone, Copy, Debug)]
pub struct EspFile<'a> {
    /// Absolute path with forward slashes; folders on the way are made.
    pub path: &'a str,
    /// The contents.
    pub data: &'a [u8],
}

/// Why the EFI system partition could not be written.
#[derive(Debug, thiserror::Error)]
pub enum EspError {
    /// Making the file system failed.
    #[error("cannot format the EFI system partition")]
    Format(#[source] io::Error),
    /// A file or folder could not be written.
    #[error("cannot write {path} on the EFI system partition")]
    Write {
        /// The file.
        path: String,
        /// What went wrong.
        source: io::Error,
    },
    /// A file could not be read.
    #[error("cannot read {path} on the EFI system partition")]
    Read {
        /// The file.
        path: String,
        /// What went wrong.
        source: io::Error,
    },
}

/// Formats the whole medium as FAT32 and writes the files; time stamps are fixed, so equal files give equal bytes.
///
/// It takes at least 33 MiB, the least that FAT32 can have.
pub fn write_esp<D: Read + Write + Seek>(mut medium: D, files: &[EspFile<'_>]) -> Result<(), EspError> {
    let options = FormatVolumeOptions::new().fat_type(FatType::Fat32).volume_id(VOLUME_ID).volume_label(VOLUME_LABEL);
    medium.rewind().map_err(EspError::Format)?;
    fatfs::format_volume(&mut medium, options).map_err(EspError::Format)?;
    medium.rewind().map_err(EspError::Format)?;
    let system = FileSystem::new(medium, FsOptions::new()).map_err(EspError::Format)?;
    let mut folders = BTreeSet::new();
    for file in files {
        let failed = |source| EspError::Write { path: file.path.to_owned(), source };
        let path = file.path.trim_start_matches('/');
        for (at, _) in path.match_indices('/') {
            if folders.insert(path[..at].to_owned()) {
                system.root_dir().create_dir(&path[..at]).map_err(failed)?;
            }
        }
        let mut out = system.root_dir().create_file(path).map_err(failed)?;
        out.write_all(file.data).and_then(|()| out.flush()).map_err(failed)?;
    }
    system.unmount().map_err(EspError::Format)
}

/// Reads a file of an EFI system partition; the medium is not written to.
pub fn read_esp<D: Read + Write + Seek>(medium: D, path: &str) -> Result<Vec<u8>, EspError> {
    let read = || -> io::Result<Vec<u8>> {
        let system = FileSystem::new(medium, FsOptions::new())?;
        let mut data = Vec::new();
        system.root_dir().open_file(path.trim_start_matches('/'))?.read_to_end(&mut data)?;
        Ok(data)
    };
    read().map_err(|source| EspError::Read { path: path.to_owned(), source })
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    const FILES: [EspFile<'_>; 3] = [
        EspFile { path: LOADER_PATHS[0], data: b"loader" },
        EspFile { path: LOADER_PATHS[1], data: b"loader" },
        EspFile { path: "/loader/entries/minos-a.conf", data: b"title Minos\n" },
    ];

    fn written() -> Vec<u8> {
        let mut medium = Cursor::new(vec![0_u8; 40 << 20]);
        write_esp(&mut medium, &FILES).unwrap();
        medium.into_inner()
    }

    #[test]
    fn files_are_read_back() {
        for file in FILES {
            assert_eq!(read_esp(Cursor::new(written()), file.path).unwrap(), file.data, "{}", file.path);
        }
        assert!(matches!(read_esp(Cursor::new(written()), "/x"), Err(EspError::Read { .. })));
        let system = FileSystem::new(Cursor::new(written()), FsOptions::new()).unwrap();
        assert_eq!(system.fat_type(), FatType::Fat32);
    }

    #[test]
    fn equal_files_give_equal_bytes() {
        assert!(written() == written());
    }

    #[test]
    fn a_full_partition_names_the_file() {
        let big = vec![1_u8; 50 << 20];
        let files = [EspFile { path: "/EFI/minos/minos-a.efi", data: &big }];
        let error = write_esp(Cursor::new(vec![0_u8; 40 << 20]), &files).unwrap_err();
        assert!(matches!(error, EspError::Write { path, .. } if path == "/EFI/minos/minos-a.efi"));
    }
}
