//! Device mapper by its ioctls, as far as a verified root needs them: no library, no udev.

use std::fs::{File, OpenOptions};
use std::io::Error;
use std::os::fd::AsRawFd as _;
use std::path::PathBuf;

/// Device mapper refused.
#[derive(Debug, thiserror::Error)]
pub enum DeviceMapperError {
    /// Its control file is missing.
    #[error("cannot open /dev/mapper/control")]
    Control(#[source] Error),
    /// A call failed.
    #[error("device mapper cannot {action} {name}")]
    Call {
        /// What.
        action: &'static str,
        /// Which device.
        name: String,
        /// Why.
        source: Error,
    },
}

/// `struct dm_ioctl` of linux/dm-ioctl.h.
#[repr(C)]
#[derive(Clone, Copy)]
struct Header {
    version: [u32; 3],
    data_size: u32,
    data_start: u32,
    target_count: u32,
    open_count: i32,
    flags: u32,
    event_nr: u32,
    padding: u32,
    dev: u64,
    name: [u8; 128],
    uuid: [u8; 129],
    data: [u8; 7],
}

const HEADER: usize = size_of::<Header>();
/// Offsets in `struct dm_ioctl`, for reading the kernel's answer.
const DEV_OFFSET: usize = 40;
const DEV_CREATE: u64 = 3;
const DEV_REMOVE: u64 = 4;
const DEV_SUSPEND: u64 = 6;
const TABLE_LOAD: u64 = 9;
const READ_ONLY: u32 = 1;

/// Opens a verified device under `name`, read-only; its device file.
///
/// # Errors
/// See [`DeviceMapperError`].
pub fn open_verity(name: &str, sectors: u64, table: &str) -> Result<PathBuf, DeviceMapperError> {
    let control = OpenOptions::new().read(true).write(true).open("/dev/mapper/control");
    let control = control.map_err(DeviceMapperError::Control)?;
    let created = call(&control, "create", DEV_CREATE, name, READ_ONLY, None)?;
    let ready = call(&control, "load the table of", TABLE_LOAD, name, READ_ONLY, Some((sectors, table)))
        .and_then(|_| call(&control, "start", DEV_SUSPEND, name, READ_ONLY, None));
    if let Err(error) = ready {
        // The first error is the one that matters.
        drop(call(&control, "remove", DEV_REMOVE, name, 0, None));
        return Err(error);
    }
    let mut device = [0; 8];
    device.copy_from_slice(&created[DEV_OFFSET..DEV_OFFSET + 8]);
    let device = u64::from_le_bytes(device);
    // The kernel's own encoding: low and high bits of the minor number around the major one.
    let minor = device & 0xff | device >> 12 & 0xfff00;
    Ok(PathBuf::from(format!("/dev/dm-{minor}")))
}

fn call(
    control: &File,
    action: &'static str,
    number: u64,
    name: &str,
    flags: u32,
    target: Option<(u64, &str)>,
) -> Result<Vec<u8>, DeviceMapperError> {
    let mut buffer = request(name, flags, target);
    // `_IOWR(0xfd, number, struct dm_ioctl)`
    let code = 3 << 30 | (HEADER as u64) << 16 | 0xfd << 8 | number;
    // SAFETY: the buffer begins with a dm_ioctl whose data_size is the buffer's length, which the kernel respects.
    let result = unsafe { libc::ioctl(control.as_raw_fd(), code, buffer.as_mut_ptr()) };
    if result < 0 {
        return Err(DeviceMapperError::Call { action, name: name.to_owned(), source: Error::last_os_error() });
    }
    Ok(buffer)
}

/// The header, and after it one target with its parameters.
fn request(name: &str, flags: u32, target: Option<(u64, &str)>) -> Vec<u8> {
    let mut body = Vec::new();
    if let Some((sectors, parameters)) = target {
        let mut kind = [0; 16];
        kind[..6].copy_from_slice(b"verity");
        body.extend_from_slice(&0_u64.to_le_bytes());
        body.extend_from_slice(&sectors.to_le_bytes());
        body.extend_from_slice(&0_i32.to_le_bytes());
        body.extend_from_slice(&0_u32.to_le_bytes());
        body.extend_from_slice(&kind);
        body.extend_from_slice(parameters.as_bytes());
        body.push(0);
        body.resize(body.len().next_multiple_of(8), 0);
    }
    let mut buffer = Vec::with_capacity(HEADER + body.len());
    let size = u32::try_from(HEADER + body.len()).unwrap_or(u32::MAX);
    // version 4.0.0, data_size, data_start, target_count, open_count, flags, event_nr, padding
    let words = [4, 0, 0, size, HEADER as u32, u32::from(target.is_some()), 0, flags, 0, 0];
    words.iter().for_each(|word| buffer.extend_from_slice(&word.to_le_bytes()));
    buffer.extend_from_slice(&0_u64.to_le_bytes());
    let name = &name.as_bytes()[..name.len().min(127)];
    buffer.extend_from_slice(name);
    buffer.resize(HEADER, 0);
    buffer.extend_from_slice(&body);
    buffer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_have_the_kernel_s_layout() {
        assert_eq!(HEADER, 312);
        assert_eq!(std::mem::offset_of!(Header, dev), DEV_OFFSET);
        assert_eq!(std::mem::offset_of!(Header, name), 48);
        let request = request("root", READ_ONLY, Some((16, "1 a b")));
        assert_eq!(request.len(), 312 + 40 + 8);
        assert_eq!(&request[48..52], b"root");
        assert_eq!(request[12..16], 360_u32.to_le_bytes());
        assert_eq!(request[28..32], READ_ONLY.to_le_bytes());
        assert_eq!(&request[312 + 24..312 + 30], b"verity");
        assert_eq!(&request[312 + 40..312 + 45], b"1 a b");
    }
}
