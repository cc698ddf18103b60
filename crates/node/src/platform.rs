//! Platforms: where the node runs, what that place says about it, and the configuration that it hands over.
//!
//! Each platform is a file and one line in [`platform_from_cmdline`]; a container is none of those, as the command line of
//! its kernel is not its own.

mod container;
mod facts;
mod metal;
mod nocloud;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use minos_resources::network::PlatformConfig;
use minos_resources::runtime::PlatformMetadata;
use tokio::time::Instant;

pub(crate) use container::Container;
pub use container::ContainerAccess;
pub(crate) use facts::PlatformFacts;

use crate::ports::Files;
use crate::{Download, HttpDownload, LinuxVolumes, Volumes};

/// A kind of place that a node runs in.
#[async_trait]
pub trait Platform: Send + Sync {
    /// Its name, as in `talos.platform`.
    fn name(&self) -> &'static str;

    /// The machine configuration that it has for this machine; `None` when it has none. May wait for the network.
    ///
    /// # Errors
    /// When there should be one and it cannot be had.
    async fn configuration(&self) -> Result<Option<Vec<u8>>, PlatformError>;

    /// What it says about the machine and its network. Needs no network.
    ///
    /// # Errors
    /// When it cannot be read.
    async fn facts(&self) -> Result<(PlatformMetadata, PlatformConfig), PlatformError>;
}

/// Why a platform did not give what it should.
#[derive(Debug, thiserror::Error)]
pub enum PlatformError {
    /// The kernel's command line names one that there is no code for.
    #[error("there is no platform {0:?}: known are metal and nocloud")]
    Unknown(String),
    /// The address cannot be used.
    #[error("talos.config={0:?} is neither metal-iso nor an address that begins with http://")]
    Address(String),
    /// It could not be fetched.
    #[error("cannot fetch {url}")]
    Download {
        /// From where.
        url: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A volume could not be read.
    #[error("cannot read the volume {label:?}")]
    Volume {
        /// Its label.
        label: &'static str,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A document is not what it should be.
    #[error("{file} cannot be understood: {message}")]
    Document {
        /// Which one.
        file: &'static str,
        /// Why.
        message: String,
    },
}

/// How long a volume is waited for, and how often it is looked for.
const PATIENCE: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(250);

/// The ways to the outside that platforms use.
#[derive(Clone)]
pub struct PlatformAccess {
    /// Volumes by label.
    pub volumes: Arc<dyn Volumes>,
    /// Documents by URL.
    pub download: Arc<dyn Download>,
}

impl PlatformAccess {
    /// Reads files from a volume. Drives appear a moment after the boot, so a volume that is not there is waited for.
    async fn read(
        &self,
        label: &'static str,
        labels: &'static [&'static str],
        files: &'static [&'static str],
    ) -> Result<Option<Files>, PlatformError> {
        let begin = Instant::now();
        loop {
            let volumes = Arc::clone(&self.volumes);
            let reading = tokio::task::spawn_blocking(move || volumes.read(labels, files)).await;
            let found = reading.unwrap_or_else(|error| Err(std::io::Error::other(error)));
            let found = found.map_err(|source| PlatformError::Volume { label, source })?;
            if found.is_some() || begin.elapsed() > PATIENCE {
                return Ok(found);
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// The running node.
    pub fn linux() -> Self {
        Self { volumes: Arc::new(LinuxVolumes::new("/run/minos/volumes")), download: Arc::new(HttpDownload) }
    }
}

/// The platform that the kernel's command line names (`talos.platform` or `minos.platform`); `metal` when it names none.
///
/// # Errors
/// When there is no such platform.
pub fn platform_from_cmdline(cmdline: &str, access: PlatformAccess) -> Result<Arc<dyn Platform>, PlatformError> {
    let name = argument(cmdline, "talos.platform").or_else(|| argument(cmdline, "minos.platform")).unwrap_or("metal");
    match name {
        "metal" => Ok(bare_metal(cmdline, access)),
        "nocloud" => Ok(Arc::new(nocloud::NoCloud::new(access))),
        other => Err(PlatformError::Unknown(other.to_owned())),
    }
}

/// A machine without anybody around it.
pub(crate) fn bare_metal(cmdline: &str, access: PlatformAccess) -> Arc<dyn Platform> {
    Arc::new(metal::Metal::new(cmdline, access))
}

/// The last value of an argument of the kernel's command line that is not empty.
pub(crate) fn argument<'a>(cmdline: &'a str, name: &str) -> Option<&'a str> {
    let value = |word: &'a str| word.strip_prefix(name)?.strip_prefix('=').filter(|value| !value.is_empty());
    cmdline.split_whitespace().filter_map(value).next_back()
}

#[cfg(test)]
mod tests;
