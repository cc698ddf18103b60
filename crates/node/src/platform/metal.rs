//! Bare metal: the configuration is behind a URL or on a volume.

use std::time::Duration;

use async_trait::async_trait;
use minos_resources::network::{ConfigLayer, HostnameSpec, PlatformConfig};
use minos_resources::runtime::PlatformMetadata;
use tokio::time::{Instant, sleep, timeout};

use super::{Platform, PlatformAccess, PlatformError, argument};

/// The label of a volume with the configuration, and the value of `talos.config` that asks for it.
const VOLUME: &str = "metal-iso";

/// [`VOLUME`] as a list.
const LABELS: &[&str] = &[VOLUME];

/// The file on that volume.
const FILES: &[&str] = &["config.yaml"];

/// How long the configuration is asked for: as long as upstream does, since a rack may come up slowly.
const PATIENCE: Duration = Duration::from_hours(3);

/// How long one attempt may take.
const ATTEMPT: Duration = Duration::from_secs(60);

/// Bounds of the time between two attempts.
const PAUSE: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(30));

/// A machine without anybody around it.
pub(super) struct Metal {
    config: Option<String>,
    hostname: Option<String>,
    access: PlatformAccess,
}

impl Metal {
    pub(super) fn new(cmdline: &str, access: PlatformAccess) -> Self {
        Self {
            config: argument(cmdline, "talos.config").map(str::to_owned),
            hostname: argument(cmdline, "talos.hostname").map(str::to_owned),
            access,
        }
    }

    async fn fetch(&self, url: &str) -> Result<Vec<u8>, PlatformError> {
        let (begin, mut pause) = (Instant::now(), PAUSE.0);
        loop {
            let attempt = timeout(ATTEMPT, self.access.download.get(url)).await;
            let error = match attempt.unwrap_or_else(|_| Err(std::io::ErrorKind::TimedOut.into())) {
                Ok(body) => return Ok(body),
                Err(error) => error,
            };
            if begin.elapsed() > PATIENCE {
                return Err(PlatformError::Download { url: url.to_owned(), source: error });
            }
            tracing::warn!(%error, "the configuration cannot be fetched yet");
            sleep(pause).await;
            pause = (pause * 2).min(PAUSE.1);
        }
    }
}

#[async_trait]
impl Platform for Metal {
    fn name(&self) -> &'static str {
        "metal"
    }

    async fn configuration(&self) -> Result<Option<Vec<u8>>, PlatformError> {
        match self.config.as_deref() {
            None => Ok(None),
            Some(VOLUME) => {
                let files = self.access.read(VOLUME, LABELS, FILES).await?;
                Ok(files.and_then(|files| files.into_iter().next().flatten()))
            }
            Some(url) if url.starts_with("http://") => self.fetch(url).await.map(Some),
            Some(other) => Err(PlatformError::Address(other.to_owned())),
        }
    }

    async fn facts(&self) -> Result<(PlatformMetadata, PlatformConfig), PlatformError> {
        let hostname = self.hostname.clone().unwrap_or_default();
        let hostnames = HostnameSpec::parse(&hostname, ConfigLayer::Platform).into_iter().collect();
        let metadata = PlatformMetadata { platform: self.name().to_owned(), hostname, ..PlatformMetadata::default() };
        Ok((metadata, PlatformConfig { hostnames, ..PlatformConfig::default() }))
    }
}
