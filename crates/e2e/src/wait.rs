//! Waiting for what takes its time.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

/// Tries until it works; the last error when it does not in time.
pub fn until<T>(what: &str, patience: Duration, mut attempt: impl FnMut() -> Result<T>) -> Result<T> {
    let begin = Instant::now();
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
