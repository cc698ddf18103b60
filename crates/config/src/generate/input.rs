use std::{collections::BTreeMap, net::IpAddr, time::SystemTime};

use minos_pki::{PkiError, Role, Roles};
use thiserror::Error;

use super::{Contract, Secrets};
use crate::{defaults, view::host_and_port};

/// What cluster is wanted.
#[derive(Clone, Debug)]
pub struct Input {
    /// Its name.
    pub cluster_name: String,
    /// The URL of its API.
    pub endpoint: String,
    /// Its secrets.
    pub secrets: Secrets,
    /// The version that its machines run.
    pub contract: Contract,
    /// The Kubernetes to run, without `v`; empty leaves the images out.
    pub kubernetes_version: String,
    /// Further names for the certificates of both APIs.
    pub additional_sans: Vec<String>,
    /// The domain of services.
    pub dns_domain: String,
    /// The disk to install to.
    pub install_disk: String,
    /// The installer image.
    pub install_image: String,
    /// Whether the nodes find each other.
    pub discovery: bool,
    /// Whether nodes talk through the mesh; absent leaves it out.
    pub kubespan: Option<bool>,
    /// Ordinary pods run on control planes.
    pub allow_scheduling_on_control_planes: bool,
    /// Where a registry's images are looked for: host to URLs.
    pub registry_mirrors: BTreeMap<String, Vec<String>>,
    /// Kernel parameters.
    pub sysctls: BTreeMap<String, String>,
    /// Verbose logs on the console.
    pub debug: bool,
    /// Addresses in the client configuration.
    pub endpoints: Vec<String>,
    /// Roles of the client certificate.
    pub roles: Roles,
}

/// Why nothing could be generated.
#[derive(Debug, Error)]
pub enum GenerateError {
    /// The endpoint is not a URL.
    #[error("{0:?} is not a URL with a host, wanted something like https://10.5.0.2:6443")]
    Endpoint(String),
    /// The cluster's name cannot stand in a configuration.
    #[error("a cluster needs a name")]
    Name,
    /// Not a version.
    #[error("{0:?} is no version to be compatible with, wanted one as v1.13")]
    Contract(String),
    /// A machine type that is not generated.
    #[error("configurations are generated for control planes and workers")]
    Kind,
    /// The client certificate could not be made.
    #[error("issuing the client certificate")]
    Client(#[from] PkiError),
}

impl Input {
    /// A cluster with upstream's defaults.
    pub fn new(
        cluster_name: impl Into<String>,
        endpoint: impl Into<String>,
        secrets: Secrets,
    ) -> Result<Self, GenerateError> {
        let (cluster_name, endpoint) = (cluster_name.into(), endpoint.into());
        if cluster_name.is_empty() {
            return Err(GenerateError::Name);
        }
        if !endpoint.starts_with("https://") || host_and_port(&endpoint).is_none() {
            return Err(GenerateError::Endpoint(endpoint));
        }
        Ok(Self {
            cluster_name,
            endpoint,
            secrets,
            contract: Contract::CURRENT,
            kubernetes_version: defaults::KUBERNETES_VERSION.to_owned(),
            additional_sans: vec![],
            dns_domain: defaults::DNS_DOMAIN.to_owned(),
            install_disk: "/dev/sda".to_owned(),
            install_image: format!("{}:{}", defaults::INSTALLER_IMAGE, defaults::TALOS_VERSION),
            discovery: true,
            kubespan: None,
            allow_scheduling_on_control_planes: false,
            registry_mirrors: BTreeMap::new(),
            sysctls: BTreeMap::new(),
            debug: false,
            endpoints: vec![],
            roles: Role::Admin.into(),
        })
    }

    /// Networks of pods and of services, by the family of the endpoint.
    pub(super) fn subnets(&self) -> (&'static str, &'static str) {
        let host = host_and_port(&self.endpoint).and_then(|(host, _)| host.parse::<IpAddr>().ok());
        match host {
            Some(IpAddr::V6(_)) => (defaults::POD_SUBNET_V6, defaults::SERVICE_SUBNET_V6),
            _ => (defaults::POD_SUBNET_V4, defaults::SERVICE_SUBNET_V4),
        }
    }

    /// The client configuration: one context, named like the cluster.
    pub fn talosconfig(&self, now: SystemTime) -> Result<String, GenerateError> {
        super::talosconfig::render(self, now)
    }
}
