//! Block devices whose content is a file (loop(4)).

use std::fs::File;
use std::io::{Error, Result};
use std::os::fd::AsRawFd as _;
use std::path::{Path, PathBuf};

/// A loop device. The kernel frees it when this value is gone and nothing on it is mounted any more.
#[derive(Debug)]
pub struct LoopDevice {
    path: PathBuf,
    _device: File,
}

/// From `linux/loop.h`.
const GET_FREE: libc::Ioctl = 0x4c82;
const CONFIGURE: libc::Ioctl = 0x4c0a;
const READ_ONLY: u32 = 1;
const AUTOCLEAR: u32 = 4;
/// Others take loop devices too: between the question for a free one and its use it may be gone.
const ATTEMPTS: u32 = 16;

/// `struct loop_config`; of its `struct loop_info64` only the flags are of use here.
#[repr(C)]
struct Configuration {
    file: u32,
    block_size: u32,
    numbers: [u64; 5],
    number: u32,
    encryption: [u32; 2],
    flags: u32,
    names: [u8; 64 + 64 + 32],
    rest: [u64; 2 + 8],
}

impl LoopDevice {
    /// Takes a free device for a file, which can only be read through it.
    ///
    /// # Errors
    /// As ioctl(2); Linux has what is asked for since 5.8.
    pub fn read_only(file: &Path) -> Result<Self> {
        let file = File::open(file)?;
        let control = File::options().read(true).write(true).open("/dev/loop-control")?;
        let mut attempt = 0;
        loop {
            // SAFETY: the request has no argument.
            let number = unsafe { libc::ioctl(control.as_raw_fd(), GET_FREE) };
            if number < 0 {
                return Err(Error::last_os_error());
            }
            let path = PathBuf::from(format!("/dev/loop{number}"));
            let device = File::open(&path)?;
            match configure(&device, &file) {
                Ok(()) => return Ok(Self { path, _device: device }),
                Err(error) if error.raw_os_error() == Some(libc::EBUSY) && attempt < ATTEMPTS => attempt += 1,
                Err(error) => return Err(error),
            }
        }
    }

    /// The device file.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

fn configure(device: &File, file: &File) -> Result<()> {
    let configuration = Configuration {
        file: file.as_raw_fd().cast_unsigned(),
        block_size: 0,
        numbers: [0; 5],
        number: 0,
        encryption: [0; 2],
        flags: READ_ONLY | AUTOCLEAR,
        names: [0; 160],
        rest: [0; 10],
    };
    // SAFETY: the structure is valid for its whole size, which is the one that the kernel reads.
    let result = unsafe { libc::ioctl(device.as_raw_fd(), CONFIGURE, &raw const configuration) };
    if result < 0 { Err(Error::last_os_error()) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use std::mem::offset_of;

    use super::*;

    /// Sizes and places of `linux/loop.h`, where the kernel reads them.
    #[test]
    fn the_structure_is_the_kernels() {
        let information = 8;
        assert_eq!(size_of::<Configuration>(), information + 232 + 64);
        assert_eq!(offset_of!(Configuration, number), information + 40);
        assert_eq!(offset_of!(Configuration, flags), information + 52);
        assert_eq!(offset_of!(Configuration, names), information + 56);
        assert_eq!(offset_of!(Configuration, rest), information + 216);
    }
}
