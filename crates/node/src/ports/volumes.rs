//! Files on volumes that somebody gave the machine: found by label, mounted for a moment, read only.

use std::io::{ErrorKind, Read as _, Result};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use minos_blockdev::{BlockDevice, Filesystem, block_devices, probe_file};
use minos_sys::{MountFlags, mount, unmount};

/// The contents of files, in the order in which they were asked for; `None` for those that are not there.
pub type Files = Vec<Option<Vec<u8>>>;

/// Reads files from volumes by label.
pub trait Volumes: Send + Sync {
    /// Reads `files` from the first volume with one of `labels`; `None` when there is no such volume. Blocks.
    ///
    /// # Errors
    /// When there is one that cannot be read.
    fn read(&self, labels: &[&str], files: &[&str]) -> Result<Option<Files>>;
}

/// Longer files are no configurations.
const LIMIT: u64 = 8 << 20;

/// The machine's block devices.
#[derive(Debug, Clone)]
pub struct LinuxVolumes {
    /// Where mount points are made.
    folder: PathBuf,
}

impl LinuxVolumes {
    /// Mount points are made below `folder`, which has to be in memory.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }
}

impl Volumes for LinuxVolumes {
    fn read(&self, labels: &[&str], files: &[&str]) -> Result<Option<Files>> {
        let devices = block_devices()?;
        let Some((device, filesystem)) = devices.iter().find_map(|device| holds(device, labels)) else {
            return Ok(None);
        };
        let target = self.folder.join(&device.name);
        std::fs::create_dir_all(&target)?;
        let flags = MountFlags { read_only: true, ..MountFlags::strict() };
        let source = device.path();
        mount(&source.to_string_lossy(), &target, filesystem.as_str(), flags, "")?;
        let found: Result<Files> = files.iter().map(|file| read_file(&target.join(file))).collect();
        unmount(&target, true)?;
        // The folder is in memory; one that stays does no harm.
        let _ = std::fs::remove_dir(&target);
        found.map(Some)
    }
}

/// Whether a device is what is looked for. One that cannot be read (an empty drive) is not.
fn holds<'a>(device: &'a BlockDevice, labels: &[&str]) -> Option<(&'a BlockDevice, Filesystem)> {
    let probed = probe_file(&device.path()).ok()??;
    let readable = matches!(probed.filesystem, Filesystem::Vfat | Filesystem::Iso9660);
    (readable && labels.contains(&probed.label.trim_end())).then_some((device, probed.filesystem))
}

/// The file's content; a link is not followed, so that a volume cannot name files of the node.
fn read_file(path: &Path) -> Result<Option<Vec<u8>>> {
    let flags = rustix::fs::OFlags::NOFOLLOW.bits().cast_signed();
    match std::fs::OpenOptions::new().read(true).custom_flags(flags).open(path) {
        Ok(file) => {
            let mut bytes = Vec::new();
            file.take(LIMIT).read_to_end(&mut bytes)?;
            Ok(Some(bytes))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
