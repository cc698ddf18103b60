//! Names and addresses that the certificates of this node's servers are good for.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use async_trait::async_trait;
use minos_resources::{
    network::{HostnameStatus, NodeAddress, NodeAddressFilter},
    secrets::{CertSan, KubernetesRootSecret, OsRootSecret},
};
use minos_runtime::{Context, Controller, Input, Key, Output, ReconcileError};

const MAINTENANCE_NAME: &str = "maintenance-service.talos.dev";

pub(crate) fn controllers() -> Vec<Box<dyn Controller>> {
    vec![Box::new(ApiCertSan), Box::new(KubernetesCertSan), Box::new(MaintenanceCertSan)]
}

/// Of the operating system's API.
struct ApiCertSan;

/// Of the Kubernetes API server.
struct KubernetesCertSan;

/// Of the operating system's API while there is no configuration.
struct MaintenanceCertSan;

#[async_trait]
impl Controller for ApiCertSan {
    fn name(&self) -> &str {
        "trust.cert_san.api"
    }

    fn inputs(&self) -> Vec<Input> {
        let mut inputs = node(&without_kubernetes());
        inputs.push(Input::of::<OsRootSecret>().only(OsRootSecret::ID).to_all());
        inputs
    }

    fn outputs(&self) -> Vec<Output> {
        vec![Output::shared::<CertSan>()]
    }

    async fn reconcile(&mut self, cx: &Context, _: &Key) -> Result<(), ReconcileError> {
        let root = cx.require::<OsRootSecret>(OsRootSecret::ID)?;
        let hostname = cx.require::<HostnameStatus>(HostnameStatus::ID)?;
        let addresses = cx.require::<NodeAddress>(&without_kubernetes())?;
        cx.write(CertSan::API_ID, api(&root, &hostname, &addresses))?;
        Ok(())
    }
}

#[async_trait]
impl Controller for KubernetesCertSan {
    fn name(&self) -> &str {
        "trust.cert_san.kubernetes"
    }

    fn inputs(&self) -> Vec<Input> {
        let mut inputs = node(&without_kubernetes());
        inputs.push(Input::of::<KubernetesRootSecret>().only(KubernetesRootSecret::ID).to_all());
        inputs
    }

    fn outputs(&self) -> Vec<Output> {
        vec![Output::shared::<CertSan>()]
    }

    async fn reconcile(&mut self, cx: &Context, _: &Key) -> Result<(), ReconcileError> {
        let root = cx.require::<KubernetesRootSecret>(KubernetesRootSecret::ID)?;
        let hostname = cx.require::<HostnameStatus>(HostnameStatus::ID)?;
        let addresses = cx.require::<NodeAddress>(&without_kubernetes())?;
        cx.write(CertSan::KUBERNETES_ID, kubernetes(&root, &hostname, &addresses))?;
        Ok(())
    }
}

#[async_trait]
impl Controller for MaintenanceCertSan {
    fn name(&self) -> &str {
        "trust.cert_san.maintenance"
    }

    fn inputs(&self) -> Vec<Input> {
        node(NodeAddress::ACCUMULATIVE)
    }

    fn outputs(&self) -> Vec<Output> {
        vec![Output::shared::<CertSan>()]
    }

    async fn reconcile(&mut self, cx: &Context, _: &Key) -> Result<(), ReconcileError> {
        let addresses = cx.require::<NodeAddress>(NodeAddress::ACCUMULATIVE)?;
        let hostname = cx.get::<HostnameStatus>(HostnameStatus::ID)?;
        let mut san = CertSan { fqdn: MAINTENANCE_NAME.to_owned(), ..CertSan::default() };
        san.ips.extend(addresses.ips());
        san.ips.extend([IpAddr::from(Ipv4Addr::LOCALHOST), IpAddr::from(Ipv6Addr::LOCALHOST)]);
        hostname.iter().flat_map(|hostname| hostname.dns_names()).for_each(|name| san.add(&name));
        cx.write(CertSan::MAINTENANCE_ID, san)?;
        Ok(())
    }
}

/// The node's own addresses, not those of pods and services.
pub(crate) fn without_kubernetes() -> String {
    NodeAddress::filtered_id(NodeAddress::ACCUMULATIVE, NodeAddressFilter::NO_K8S)
}

fn node(addresses: &str) -> Vec<Input> {
    vec![
        Input::of::<HostnameStatus>().only(HostnameStatus::ID).to_all(),
        Input::of::<NodeAddress>().only(addresses).to_all(),
    ]
}

fn api(root: &OsRootSecret, hostname: &HostnameStatus, addresses: &NodeAddress) -> CertSan {
    let mut san = CertSan { fqdn: hostname.fqdn(), ..CertSan::default() };
    san.ips.extend(root.cert_san_ips.iter().copied().chain(addresses.ips()).chain([Ipv4Addr::LOCALHOST.into()]));
    root.cert_san_dns_names.iter().for_each(|name| san.add(name));
    hostname.dns_names().iter().for_each(|name| san.add(name));
    san
}

fn kubernetes(root: &KubernetesRootSecret, hostname: &HostnameStatus, addresses: &NodeAddress) -> CertSan {
    let mut san = CertSan::default();
    san.add(host(&root.endpoint));
    root.cert_sans.iter().for_each(|name| san.add(name));
    ["kubernetes", "kubernetes.default", "kubernetes.default.svc", "localhost"].iter().for_each(|name| san.add(name));
    san.add(&format!("kubernetes.default.svc.{}", root.dns_domain));
    hostname.dns_names().iter().for_each(|name| san.add(name));
    san.ips.extend(root.api_server_ips.iter().copied().chain(addresses.ips()).chain([Ipv4Addr::LOCALHOST.into()]));
    san
}

/// The host of a URL, without port and brackets.
fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split('/').next().unwrap_or_default();
    match authority.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn host_of_url() {
        assert_eq!(host("https://a.example:6443/x"), "a.example");
        assert_eq!(host("https://[fd00::1]:6443"), "fd00::1");
        assert_eq!(host("https://10.0.0.1"), "10.0.0.1");
    }
}
