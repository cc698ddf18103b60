//! Waiting until a descriptor can be read, in tokio's terms.

use std::io::Result;
use std::os::fd::OwnedFd;

use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

/// A descriptor that is watched. It owns the descriptor for as long as it is watched.
#[derive(Debug)]
pub struct Readiness {
    watched: AsyncFd<OwnedFd>,
}

impl Readiness {
    /// Watches a descriptor. Must be called inside a tokio runtime.
    ///
    /// # Errors
    /// When it is of a kind that cannot be watched.
    pub fn of(descriptor: OwnedFd) -> Result<Self> {
        // SAFETY: the descriptor is owned by the AsyncFd from here on and closed only with it, as `register` demands.
        let watched = unsafe { AsyncFd::register_with_interest(descriptor, Interest::READABLE) };
        Ok(Self { watched: watched? })
    }

    /// Waits until there is something to read. Whoever then reads has to read all there is: the next call waits for more.
    ///
    /// # Errors
    /// When the runtime is ending.
    pub async fn readable(&self) -> Result<()> {
        self.watched.readable().await?.clear_ready();
        Ok(())
    }
}
