//! Growing a mounted filesystem.

use std::fs::File;
use std::io::{Error, Result};
use std::os::fd::AsRawFd as _;
use std::path::Path;

/// `struct xfs_growfs_data` of xfs_fs.h.
#[repr(C)]
struct GrowData {
    blocks: u64,
    imaxpct: u32,
}

/// `_IOW('X', 110, struct xfs_growfs_data)`
const XFS_IOC_FSGROWFSDATA: libc::c_ulong = 1 << 30 | (size_of::<GrowData>() as libc::c_ulong) << 16 | 0x58 << 8 | 110;

/// Grows the XFS mounted at `target` to `device_size` bytes. Nothing happens when it has that size.
///
/// # Errors
/// When the kernel refuses.
pub fn grow_xfs(target: &Path, device_size: u64) -> Result<()> {
    let stat = rustix::fs::statvfs(target)?;
    let data = GrowData { blocks: device_size / stat.f_frsize, imaxpct: 25 };
    let folder = File::open(target)?;
    // SAFETY: the ioctl reads `data`, which lives on.
    if unsafe { libc::ioctl(folder.as_raw_fd(), XFS_IOC_FSGROWFSDATA, &raw const data) } < 0 {
        return Err(Error::last_os_error());
    }
    Ok(())
}
