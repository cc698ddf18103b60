//! Roots and leaves of every certificate authority.

mod api_certificate;
mod cert_san;
mod encryption_salt;
mod etcd_root;
mod etcd_secret;
mod kubelet_secret;
mod kubernetes_dynamic_certs;
mod kubernetes_root;
mod kubernetes_secret;
mod maintenance_root;
mod os_root;
mod trustd_certificate;

pub use api_certificate::ApiCertificate;
pub use cert_san::CertSan;
pub use encryption_salt::EncryptionSalt;
pub use etcd_root::EtcdRootSecret;
pub use etcd_secret::EtcdSecret;
pub use kubelet_secret::KubeletSecret;
pub use kubernetes_dynamic_certs::KubernetesDynamicCerts;
pub use kubernetes_root::KubernetesRootSecret;
pub use kubernetes_secret::KubernetesSecret;
pub use maintenance_root::MaintenanceRootSecret;
pub use os_root::OsRootSecret;
pub use trustd_certificate::TrustdCertificate;

pub use minos_pki::{CertificateAndKey, EncodedCertificate, EncodedKey, Secret};

use crate::declare::definitions;

/// The namespace of what is secret.
pub const NAMESPACE: &str = "secrets";

definitions![
    ApiCertificate,
    CertSan,
    EncryptionSalt,
    EtcdRootSecret,
    EtcdSecret,
    KubeletSecret,
    KubernetesDynamicCerts,
    KubernetesRootSecret,
    KubernetesSecret,
    MaintenanceRootSecret,
    OsRootSecret,
    TrustdCertificate,
];
