//! A container: the configuration is in the environment, name and resolvers are what the runner wrote.

use std::net::IpAddr;
use std::path::PathBuf;

use async_trait::async_trait;
use base64::Engine as _;
use minos_resources::network::{ConfigLayer, HostnameSpec, PlatformConfig, ResolverSpec};
use minos_resources::runtime::PlatformMetadata;

use super::{Platform, PlatformError};

/// What a container's runner has handed over.
#[derive(Clone, Default)]
pub struct ContainerAccess {
    /// A configuration as base64; empty when there is none.
    pub user_data: String,
    /// What kind of machine this is meant to be.
    pub instance_type: String,
    /// The folder with the runner's `hostname` and `resolv.conf`.
    pub folder: PathBuf,
}

impl ContainerAccess {
    /// The running node.
    pub fn linux() -> Self {
        let variable = |name| std::env::var(name).unwrap_or_default();
        Self {
            user_data: variable("USERDATA"),
            instance_type: variable("TALOSSKU"),
            folder: PathBuf::from(minos_sys::pid1::FROM_RUNNER),
        }
    }
}

/// A container on somebody's host.
pub(crate) struct Container {
    access: ContainerAccess,
}

impl Container {
    pub(crate) const fn new(access: ContainerAccess) -> Self {
        Self { access }
    }

    fn file(&self, name: &str) -> String {
        // A runner need not write it.
        std::fs::read_to_string(self.access.folder.join(name)).unwrap_or_default()
    }
}

#[async_trait]
impl Platform for Container {
    fn name(&self) -> &'static str {
        "container"
    }

    async fn configuration(&self) -> Result<Option<Vec<u8>>, PlatformError> {
        let text = self.access.user_data.trim();
        if text.is_empty() {
            return Ok(None);
        }
        let decoded = base64::engine::general_purpose::STANDARD.decode(text);
        // The error names only a place, never what stands there.
        let bad = |error: base64::DecodeError| PlatformError::Document {
            file: "the environment variable USERDATA",
            message: format!("it is not base64: {error}"),
        };
        decoded.map(Some).map_err(bad)
    }

    async fn facts(&self) -> Result<(PlatformMetadata, PlatformConfig), PlatformError> {
        let hostname = self.file("hostname").trim().to_owned();
        let servers = resolvers(&self.file("resolv.conf"));
        let config = PlatformConfig {
            hostnames: HostnameSpec::parse(&hostname, ConfigLayer::Platform).into_iter().collect(),
            resolvers: resolver(servers).into_iter().collect(),
            ..PlatformConfig::default()
        };
        let metadata = PlatformMetadata {
            platform: self.name().to_owned(),
            hostname,
            instance_type: self.access.instance_type.clone(),
            ..PlatformMetadata::default()
        };
        Ok((metadata, config))
    }
}

fn resolver(dns_servers: Vec<IpAddr>) -> Option<ResolverSpec> {
    (!dns_servers.is_empty()).then(|| ResolverSpec {
        dns_servers,
        layer: ConfigLayer::Platform,
        ..ResolverSpec::default()
    })
}

/// The name servers of a resolv.conf(5); addresses with a zone and what is no address are left out.
fn resolvers(text: &str) -> Vec<IpAddr> {
    let lines = text.lines().map(|line| line.split(['#', ';']).next().unwrap_or_default().trim());
    lines.filter_map(|line| line.strip_prefix("nameserver")?.trim().parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn platform(user_data: &str, folder: &std::path::Path) -> Container {
        let access = ContainerAccess {
            user_data: user_data.to_owned(),
            instance_type: "1CPU-1GB".to_owned(),
            folder: folder.to_owned(),
        };
        Container::new(access)
    }

    #[tokio::test]
    async fn the_configuration_comes_from_the_environment() {
        let folder = tempfile::tempdir().expect("a folder");
        let configuration = |text: &'static str| platform(text, folder.path());
        assert_eq!(configuration("").configuration().await.expect("fine"), None);
        let found = configuration("dmVyc2lvbjogdjFhbHBoYTEK\n").configuration().await.expect("fine");
        assert_eq!(found.as_deref(), Some(&b"version: v1alpha1\n"[..]));
        let error = configuration("token: secret").configuration().await.expect_err("no base64").to_string();
        assert!(error.contains("USERDATA") && !error.contains("secret"), "{error}");
    }

    #[tokio::test]
    async fn name_and_resolvers_are_the_runner_s() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("hostname"), "node-1.example.org\n").expect("written");
        let text = "# by Docker\nnameserver 127.0.0.11\nsearch example.org\nnameserver fe80::1%eth0\nnameserver 2001:db8::1 # second\n";
        std::fs::write(folder.path().join("resolv.conf"), text).expect("written");
        let (metadata, config) = platform("", folder.path()).facts().await.expect("readable");
        assert_eq!((metadata.platform.as_str(), metadata.hostname.as_str()), ("container", "node-1.example.org"));
        assert_eq!(metadata.instance_type, "1CPU-1GB");
        assert_eq!(config.hostnames.len(), 1);
        let servers: Vec<String> = config.resolvers[0].dns_servers.iter().map(IpAddr::to_string).collect();
        assert_eq!(servers, ["127.0.0.11", "2001:db8::1"]);
    }

    #[tokio::test]
    async fn a_runner_that_writes_nothing_is_fine() {
        let folder = tempfile::tempdir().expect("a folder");
        let (_, config) = platform("", folder.path()).facts().await.expect("readable");
        assert_eq!(config, PlatformConfig::default());
    }
}
