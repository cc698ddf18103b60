//! The watchdog: a device that resets the machine unless it is written to in time.

use std::fs::{File, OpenOptions};
use std::io::{Result, Write as _};
use std::os::fd::AsRawFd as _;

/// An armed watchdog. It stays armed when this is dropped: that is its point.
#[derive(Debug)]
pub struct Watchdog {
    file: File,
}

/// `WDIOC_SETTIMEOUT` of linux/watchdog.h: `_IOWR('W', 6, int)`.
const SET_TIMEOUT: libc::c_ulong = 0xc004_5706;

impl Watchdog {
    /// Arms the machine's watchdog; `None` when it has none. The timeout is in seconds; a device that cannot have it
    /// keeps its own.
    ///
    /// # Errors
    /// When there is one that cannot be opened.
    pub fn arm(timeout: u32) -> Result<Option<Self>> {
        let file = match OpenOptions::new().write(true).open("/dev/watchdog") {
            Ok(file) => file,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let mut seconds = libc::c_int::try_from(timeout).unwrap_or(libc::c_int::MAX);
        // SAFETY: the ioctl reads and writes one int, which lives on.
        unsafe { libc::ioctl(file.as_raw_fd(), SET_TIMEOUT, &raw mut seconds) };
        Ok(Some(Self { file }))
    }

    /// Puts off the reset.
    ///
    /// # Errors
    /// As write(2).
    pub fn keep_alive(&mut self) -> Result<()> {
        self.file.write_all(b"1")
    }

    /// The file, so that it can be kept over an `exec`.
    pub fn into_file(self) -> File {
        self.file
    }
}
