//! Waiting for what takes its time.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

/// How many times slower than the usual one a host may be. Cases give times of the usual host, as limits and not as
/// measurements: `make bench` measures.
pub const SLOW_HOST: u32 = 4;

/// Tries until it works; the last error when it does not within that time of the usual host.
pub fn until<T>(what: &str, usual: Duration, mut attempt: impl FnMut() -> Result<T>) -> Result<T> {
    let (begin, patience) = (Instant::now(), usual * SLOW_HOST);
    loop {
        match attempt() {
            Ok(value) => return Ok(value),
            Err(error) if begin.elapsed() > patience => {
                return Err(error).with_context(|| format!("not within {} s: {what}", patience.as_secs()));
            }
            Err(_) => std::thread::sleep(Duration::from_millis(300)),
        }
    }
}
