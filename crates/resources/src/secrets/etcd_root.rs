//! etcd's authority.

use minos_pki::CertificateAndKey;

use crate::declare::resource;

resource! {
    /// The authority of etcd's members and clients.
    #[derive(Default, Eq)]
    pub struct EtcdRootSecret = "EtcdRootSecrets.secrets.talos.dev" in super::NAMESPACE => {
        /// Certificate and key.
        1 "etcdCA" => etcd_ca: CertificateAndKey,
    }
    sensitive: true;
}

impl EtcdRootSecret {
    /// Id of the only one.
    pub const ID: &'static str = "etcd";
}
