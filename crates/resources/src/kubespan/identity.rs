//! This node in the mesh, and where its peers were seen.

use std::net::SocketAddr;

use ipnet::IpNet;
use minos_pki::Secret;

use crate::declare::resource;

resource! {
    /// This node in the mesh.
    #[derive(Eq)]
    pub struct KubeSpanIdentity = "KubeSpanIdentities.kubespan.talos.dev" in super::NAMESPACE => {
        /// Its address.
        1 "address" => address: IpNet,
        /// The cluster's network.
        2 "subnet" => subnet: IpNet,
        /// Private key.
        3 "privateKey" => private_key: Secret,
        /// Public key.
        4 "publicKey" => public_key: String,
    }
    columns: ["Address" => "{.address}", "PublicKey" => "{.publicKey}"];
    sensitive: true;
}

resource! {
    /// Where a peer was reached; the id is its public key.
    #[derive(Eq)]
    pub struct KubeSpanEndpoint = "KubeSpanEndpoints.kubespan.talos.dev" in super::NAMESPACE => {
        /// Id of the peer's affiliate.
        1 "affiliateID" => affiliate_id: String,
        /// Address and port.
        2 "endpoint" => endpoint: SocketAddr,
    }
    columns: ["Endpoint" => "{.endpoint}", "Affiliate ID" => "{.affiliateID}"];
}
