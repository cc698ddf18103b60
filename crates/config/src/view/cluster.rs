use std::{net::IpAddr, time::Duration};

use ipnet::IpNet;
use minos_pki::{CertificateAndKey, Secret, Token};

use super::{host_and_port, machine::accepted, or};
use crate::{
    config::Config,
    defaults,
    documents::v1alpha1::{Cluster, InlineManifest},
};

/// What connects pods.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CniKind {
    /// flannel, as part of the operating system's manifests.
    Flannel {
        /// Arguments of its daemon.
        extra_args: Vec<String>,
        /// Network policies are enforced.
        network_policies: bool,
    },
    /// Manifests from these URLs.
    Custom(Vec<String>),
    /// Nothing: the user brings it.
    None,
}

/// The cluster's networks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClusterNetworkView {
    /// What connects pods.
    pub cni: CniKind,
    /// The domain of services.
    pub dns_domain: String,
    /// Networks of pods.
    pub pod_subnets: Vec<IpNet>,
    /// Networks of services.
    pub service_subnets: Vec<IpNet>,
}

/// The cluster's DNS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CoreDnsView {
    /// Whether it runs.
    pub enabled: bool,
    /// Its image.
    pub image: String,
}

/// How the nodes find each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiscoveryView {
    /// Whether they do.
    pub enabled: bool,
    /// By annotations of the Kubernetes nodes.
    pub kubernetes: bool,
    /// By a service outside of the cluster: its URL.
    pub service: Option<String>,
}

/// The administrator's kubeconfig.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdminKubeconfigView {
    /// How long its certificate is valid.
    pub cert_lifetime: Duration,
    /// Common name in its certificate.
    pub common_name: &'static str,
    /// Organization in its certificate.
    pub organization: &'static str,
}

impl ClusterNetworkView {
    /// Addresses of the API server's service: the first of each network.
    pub fn api_server_ips(&self) -> Vec<IpAddr> {
        self.nth(1)
    }

    /// Addresses of the DNS service: the tenth of each network.
    pub fn dns_service_ips(&self) -> Vec<IpAddr> {
        self.nth(10)
    }

    fn nth(&self, n: u8) -> Vec<IpAddr> {
        let nth = |network: &IpNet| match network.network() {
            IpAddr::V4(first) => IpAddr::from((u32::from(first) + u32::from(n)).to_be_bytes()),
            IpAddr::V6(first) => IpAddr::from((u128::from(first) + u128::from(n)).to_be_bytes()),
        };
        self.service_subnets.iter().map(nth).collect()
    }
}

impl Config {
    /// The section `cluster` as it stands.
    pub fn cluster(&self) -> Option<&Cluster> {
        self.v1alpha1()?.cluster.as_deref()
    }

    /// The cluster's id.
    pub fn cluster_id(&self) -> &str {
        self.cluster().map_or("", |cluster| &cluster.id)
    }

    /// What the cluster's members share.
    pub fn cluster_secret(&self) -> Option<&Secret> {
        self.cluster().map(|cluster| &cluster.secret).filter(|secret| !secret.is_empty())
    }

    /// The cluster's name.
    pub fn cluster_name(&self) -> &str {
        self.cluster().map_or("", |cluster| &cluster.cluster_name)
    }

    /// The API's URL for everyone.
    pub fn cluster_endpoint(&self) -> &str {
        self.cluster().and_then(|cluster| cluster.control_plane.as_ref()).map_or("", |plane| &plane.endpoint)
    }

    /// Host and port of the API's URL.
    pub fn cluster_endpoint_host(&self) -> Option<(String, u16)> {
        host_and_port(self.cluster_endpoint())
    }

    /// The API server's port on each control plane.
    pub fn local_api_server_port(&self) -> u16 {
        match self.cluster().and_then(|cluster| cluster.control_plane.as_ref()) {
            Some(plane) if plane.local_api_server_port != 0 => plane.local_api_server_port,
            _ => defaults::API_SERVER_PORT,
        }
    }

    /// The cluster's networks.
    pub fn cluster_network(&self) -> ClusterNetworkView {
        let network = self.cluster().and_then(|cluster| cluster.network.clone()).unwrap_or_default();
        let parse = |texts: &[String], default: &str| -> Vec<IpNet> {
            let split = |text: &String| text.split(',').filter_map(|part| part.trim().parse().ok()).collect::<Vec<_>>();
            let parsed: Vec<IpNet> = texts.iter().flat_map(split).collect();
            if parsed.is_empty() { default.parse().into_iter().collect() } else { parsed }
        };
        let cni = network.cni.unwrap_or_default();
        let flannel = cni.flannel.unwrap_or_default();
        ClusterNetworkView {
            cni: match cni.name.as_str() {
                "none" => CniKind::None,
                "custom" => CniKind::Custom(cni.urls),
                _ => CniKind::Flannel {
                    extra_args: flannel.extra_args,
                    network_policies: flannel.kube_network_policies_enabled.unwrap_or(false),
                },
            },
            dns_domain: or(&network.dns_domain, || defaults::DNS_DOMAIN.to_owned()),
            pod_subnets: parse(&network.pod_subnets, defaults::POD_SUBNET_V4),
            service_subnets: parse(&network.service_subnets, defaults::SERVICE_SUBNET_V4),
        }
    }

    /// The bootstrap token.
    pub fn bootstrap_token(&self) -> Option<Token> {
        self.cluster()?.token.expose().parse().ok()
    }

    /// Encrypts Secrets in etcd.
    pub fn secretbox_encryption_secret(&self) -> Option<&Secret> {
        self.cluster().map(|cluster| &cluster.secretbox_encryption_secret).filter(|secret| !secret.is_empty())
    }

    /// Encrypts Secrets in etcd (old clusters).
    pub fn aescbc_encryption_secret(&self) -> Option<&Secret> {
        self.cluster().map(|cluster| &cluster.aescbc_encryption_secret).filter(|secret| !secret.is_empty())
    }

    /// Kubernetes' authority; without key on workers.
    pub fn cluster_ca(&self) -> Option<&CertificateAndKey> {
        self.cluster()?.ca.as_ref()
    }

    /// Every authority that Kubernetes' clients may be signed by, the issuing one first (PEM).
    pub fn cluster_accepted_cas(&self) -> Vec<&str> {
        accepted(self.cluster_ca(), self.cluster().map_or(&[], |cluster| cluster.accepted_cas.as_slice()))
    }

    /// The aggregation layer's authority.
    pub fn aggregator_ca(&self) -> Option<&CertificateAndKey> {
        self.cluster()?.aggregator_ca.as_ref()
    }

    /// Signs service account tokens (PEM).
    pub fn service_account_key(&self) -> Option<&Secret> {
        self.cluster()?.service_account.as_ref().map(|account| &account.key).filter(|key| !key.is_empty())
    }

    /// The cluster's DNS.
    pub fn core_dns(&self) -> CoreDnsView {
        let dns = self.cluster().and_then(|cluster| cluster.core_dns.clone()).unwrap_or_default();
        CoreDnsView { enabled: !dns.disabled.unwrap_or(false), image: or(&dns.image, defaults::coredns_image) }
    }

    /// How the nodes find each other.
    pub fn discovery(&self) -> DiscoveryView {
        let discovery = self.cluster().and_then(|cluster| cluster.discovery.clone()).unwrap_or_default();
        let service = discovery.registries.service;
        let enabled = discovery.enabled.unwrap_or(false);
        let url = or(&service.endpoint, || defaults::DISCOVERY_SERVICE.to_owned());
        DiscoveryView {
            enabled,
            kubernetes: enabled && !discovery.registries.kubernetes.disabled.unwrap_or(false),
            service: (enabled && !service.disabled.unwrap_or(false)).then_some(url),
        }
    }

    /// URLs of manifests to apply, a cloud's first.
    pub fn extra_manifests(&self) -> Vec<String> {
        let Some(cluster) = self.cluster() else {
            return vec![];
        };
        let cloud = cluster.external_cloud_provider.iter().filter(|cloud| cloud.enabled == Some(true));
        cloud.flat_map(|cloud| &cloud.manifests).chain(&cluster.extra_manifests).cloned().collect()
    }

    /// True when a cloud's controllers run outside of the control plane.
    pub fn external_cloud_provider(&self) -> bool {
        self.cluster().and_then(|cluster| cluster.external_cloud_provider.as_ref()?.enabled).unwrap_or(false)
    }

    /// Headers of the requests for manifests.
    pub fn extra_manifest_headers(&self) -> impl Iterator<Item = (&str, &Secret)> {
        let headers = self.cluster().map(|cluster| &cluster.extra_manifest_headers);
        headers.into_iter().flatten().map(|(name, value)| (name.as_str(), value))
    }

    /// Manifests to apply.
    pub fn inline_manifests(&self) -> &[InlineManifest] {
        self.cluster().map_or(&[], |cluster| &cluster.inline_manifests)
    }

    /// The administrator's kubeconfig.
    pub fn admin_kubeconfig(&self) -> AdminKubeconfigView {
        const YEAR: Duration = Duration::from_secs(365 * 24 * 3600);
        let given = self.cluster().and_then(|cluster| cluster.admin_kubeconfig.as_ref()?.cert_lifetime);
        AdminKubeconfigView {
            cert_lifetime: given.filter(|lifetime| !lifetime.is_zero()).unwrap_or(YEAR),
            common_name: "admin",
            organization: "system:masters",
        }
    }

    /// Ordinary pods run on control planes.
    pub fn allow_scheduling_on_control_planes(&self) -> bool {
        let Some(cluster) = self.cluster() else {
            return false;
        };
        cluster.allow_scheduling_on_control_planes.or(cluster.allow_scheduling_on_masters).unwrap_or(false)
    }
}
