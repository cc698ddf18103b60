//! `nocloud`: virtual machines that get their configuration on a volume labelled `cidata`.

use async_trait::async_trait;
use minos_resources::network::{ConfigLayer, HostnameSpec, PlatformConfig};
use minos_resources::runtime::PlatformMetadata;
use serde::Deserialize;

use super::{Platform, PlatformAccess, PlatformError};

/// Labels of the volume.
const LABELS: &[&str] = &["cidata", "CIDATA"];

/// A virtual machine with a seed volume.
pub(super) struct NoCloud {
    access: PlatformAccess,
}

impl NoCloud {
    pub(super) const fn new(access: PlatformAccess) -> Self {
        Self { access }
    }

    async fn file(&self, names: &'static [&'static str]) -> Result<Option<Vec<u8>>, PlatformError> {
        let files = self.access.read("cidata", LABELS, names).await?;
        Ok(files.and_then(|files| files.into_iter().next().flatten()))
    }
}

/// What `meta-data` says.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
struct MetaData {
    hostname: Option<String>,
    local_hostname: Option<String>,
    public_hostname: Option<String>,
    instance_id: Option<String>,
    instance_type: Option<String>,
    provider_id: Option<String>,
    region: Option<String>,
    zone: Option<String>,
}

impl MetaData {
    fn parse(bytes: &[u8]) -> Result<Self, PlatformError> {
        let bad = |message| PlatformError::Document { file: "meta-data", message };
        let text = std::str::from_utf8(bytes).map_err(|error| bad(error.to_string()))?;
        if text.trim().is_empty() {
            return Ok(Self::default());
        }
        serde_saphyr::from_str(text).map_err(|error| bad(error.to_string()))
    }

    fn facts(self) -> (PlatformMetadata, PlatformConfig) {
        let internal_dns = self.local_hostname.unwrap_or_default();
        let hostname = self.hostname.filter(|name| !name.is_empty()).unwrap_or_else(|| internal_dns.clone());
        let hostnames = HostnameSpec::parse(&hostname, ConfigLayer::Platform).into_iter().collect();
        let metadata = PlatformMetadata {
            platform: "nocloud".to_owned(),
            hostname,
            region: self.region.unwrap_or_default(),
            zone: self.zone.unwrap_or_default(),
            instance_type: self.instance_type.unwrap_or_default(),
            instance_id: self.instance_id.unwrap_or_default(),
            provider_id: self.provider_id.unwrap_or_default(),
            internal_dns,
            external_dns: self.public_hostname.unwrap_or_default(),
            ..PlatformMetadata::default()
        };
        (metadata, PlatformConfig { hostnames, ..PlatformConfig::default() })
    }
}

#[async_trait]
impl Platform for NoCloud {
    fn name(&self) -> &'static str {
        "nocloud"
    }

    async fn configuration(&self) -> Result<Option<Vec<u8>>, PlatformError> {
        let found = self.file(&["user-data"]).await?;
        // A seed that is meant for cloud-init is no configuration of ours.
        Ok(found.filter(|bytes| !bytes.trim_ascii().is_empty() && !bytes.starts_with(b"#cloud-config")))
    }

    async fn facts(&self) -> Result<(PlatformMetadata, PlatformConfig), PlatformError> {
        let found = self.file(&["meta-data"]).await?.unwrap_or_default();
        Ok(MetaData::parse(&found)?.facts())
    }
}
