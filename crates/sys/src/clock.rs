//! The system's clock.

use std::io::{Error, ErrorKind, Result};
use std::time::{Duration, SystemTime};

use rustix::time::{ClockId, Timespec, clock_settime};

/// Sets the clock.
///
/// # Errors
/// As clock_settime(2); `InvalidInput` for times before 1970.
pub fn set_clock(to: SystemTime) -> Result<()> {
    let since: Duration =
        to.duration_since(SystemTime::UNIX_EPOCH).map_err(|_| Error::from(ErrorKind::InvalidInput))?;
    let seconds = i64::try_from(since.as_secs()).map_err(|_| Error::from(ErrorKind::InvalidInput))?;
    Ok(clock_settime(ClockId::Realtime, Timespec { tv_sec: seconds, tv_nsec: since.subsec_nanos().into() })?)
}
