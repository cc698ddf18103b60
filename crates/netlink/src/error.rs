//! What can go wrong at the kernel boundary.

use std::io;

/// The kernel refused an operation.
#[derive(Debug, thiserror::Error)]
#[error("cannot {what}")]
pub struct NetError {
    /// What was attempted and on which thing, as it continues "cannot …".
    pub what: String,
    /// The kernel's answer.
    pub source: io::Error,
}

impl NetError {
    /// An error about `what`.
    pub fn new(what: impl Into<String>, source: impl Into<io::Error>) -> Self {
        Self { what: what.into(), source: source.into() }
    }

    /// Whether the thing to be made is there already.
    pub fn exists(&self) -> bool {
        self.source.raw_os_error() == Some(libc::EEXIST)
    }

    /// Whether the thing to be changed is not there.
    pub fn missing(&self) -> bool {
        matches!(
            self.source.raw_os_error(),
            Some(libc::ENODEV | libc::ENOENT | libc::ESRCH | libc::EADDRNOTAVAIL | libc::ENXIO)
        )
    }

    /// Whether the kernel finds no sense in it, for example a source address that the node does not have (yet).
    pub fn invalid(&self) -> bool {
        self.source.raw_os_error() == Some(libc::EINVAL)
    }

    /// Whether what a route goes through is not reachable (yet).
    pub fn unreachable(&self) -> bool {
        matches!(self.source.raw_os_error(), Some(libc::ENETUNREACH | libc::EHOSTUNREACH | libc::ENETDOWN))
    }
}
