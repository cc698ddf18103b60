//! Who trusts whom: the authorities of the configuration as resources, and every certificate that this node proves itself with.
//!
//! In: the machine configuration, the node's names and addresses, the clock's state. Out: root secrets, and leaf certificates
//! for the API, etcd and Kubernetes, issued here and renewed before they expire. What has been issued is kept in a directory
//! that lives as long as the boot, so that a new `machined` finds it again and issues nothing anew. A worker holds no
//! authority's key and issues nothing.
#![forbid(unsafe_code)]

mod api_certificate;
mod cert_san;
mod client_certificate;
mod etcd_secret;
mod issuer;
mod kubernetes_certs;
mod kubernetes_secret;
mod leaves;
mod maintenance_root;
mod ready;
mod roots;
mod trustd_certificate;

use std::{fmt, sync::Arc, time::SystemTime};

use minos_runtime::Controller;

pub use client_certificate::{ClientCertificateError, client_certificate};
pub use issuer::IssueError;
pub use leaves::{DirectoryLeaves, Leaves, MemoryLeaves};

use issuer::Issuer;

/// What this domain needs of the world.
#[derive(Clone)]
pub struct Deps {
    /// Where issued certificates are kept until the next boot.
    pub leaves: Arc<dyn Leaves>,
    /// The clock.
    pub now: Arc<dyn Fn() -> SystemTime + Send + Sync>,
}

impl fmt::Debug for Deps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Deps")
    }
}

/// Every controller of this domain.
pub fn controllers(deps: &Deps) -> Vec<Box<dyn Controller>> {
    let issuer = || Issuer::new(deps.leaves.clone(), deps.now.clone());
    let mut all = roots::controllers();
    all.extend(cert_san::controllers());
    all.push(Box::new(maintenance_root::MaintenanceRootIssue(issuer())));
    all.push(Box::new(api_certificate::ApiCertificateIssue(issuer())));
    all.push(Box::new(trustd_certificate::TrustdCertificateIssue(issuer())));
    all.push(Box::new(etcd_secret::EtcdSecretIssue(issuer())));
    all.push(Box::new(kubernetes_certs::KubernetesCertsIssue(issuer())));
    all.push(Box::new(kubernetes_secret::KubernetesSecretIssue(issuer())));
    all
}
