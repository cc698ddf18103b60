//! Device files.

use std::io::Result;
use std::path::Path;

use rustix::fs::{CWD, FileType, Mode, chmod, makedev, mknodat};

/// Makes the file of a character device, with exactly this mode.
///
/// # Errors
/// As mknod(2).
pub fn make_character_device(path: &Path, major: u32, minor: u32, mode: u32) -> Result<()> {
    let mode = Mode::from_raw_mode(mode);
    mknodat(CWD, path, FileType::CharacterDevice, mode, makedev(major, minor))?;
    // mknod(2) takes away what the mask of this process does not allow.
    Ok(chmod(path, mode)?)
}
