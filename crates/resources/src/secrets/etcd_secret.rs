//! Certificates around etcd.

use minos_pki::CertificateAndKey;

use crate::declare::resource;

resource! {
    /// What etcd and its clients on this node prove themselves with.
    #[derive(Default, Eq)]
    pub struct EtcdSecret = "EtcdSecrets.secrets.talos.dev" in super::NAMESPACE => {
        /// The server, towards clients.
        1 "etcd" => etcd: CertificateAndKey,
        /// The member, towards its peers.
        2 "etcdPeer" => etcd_peer: CertificateAndKey,
        /// The operating system as a client.
        3 "etcdAdmin" => etcd_admin: CertificateAndKey,
        /// The API server as a client.
        4 "etcdAPIServer" => etcd_api_server: CertificateAndKey,
    }
    sensitive: true;
}

impl EtcdSecret {
    /// Id of the only one.
    pub const ID: &'static str = "etcd";
}
