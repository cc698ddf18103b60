//! The other nodes of the mesh.

use std::net::{IpAddr, SocketAddr};

use ipnet::IpNet;

use crate::declare::{enumeration, resource};
use crate::wire::Moment;

resource! {
    /// A peer that there should be; the id is its public key.
    #[derive(Eq)]
    pub struct PeerSpec = "KubeSpanPeerSpecs.kubespan.talos.dev" in super::NAMESPACE => {
        /// Its address in the mesh.
        1 "address" => address: IpAddr,
        /// Networks behind it.
        2 "allowedIPs" => allowed_ips: Vec<IpNet>,
        /// Where it may be reached.
        3 "endpoints" => endpoints: Vec<SocketAddr>,
        /// Its name.
        4 "label" => label: String,
    }
    columns: ["Label" => "{.label}", "Endpoints" => "{.endpoints}"];
}

resource! {
    /// A peer as WireGuard lists it.
    #[derive(Default, Eq)]
    pub struct PeerStatus = "KubeSpanPeerStatuses.kubespan.talos.dev" in super::NAMESPACE => {
        /// Where it is.
        #[serde(with = "crate::wire::text")]
        1 "endpoint" => endpoint: Option<SocketAddr>,
        /// Its name.
        2 "label" => label: String,
        /// Whether it answers.
        3 "state" => state: PeerState,
        /// Bytes received.
        4 "receiveBytes" => receive_bytes: i64,
        /// Bytes sent.
        5 "transmitBytes" => transmit_bytes: i64,
        /// When keys were last exchanged.
        6 "lastHandshakeTime" => last_handshake_time: Moment,
        /// Where it was sought last.
        #[serde(with = "crate::wire::text")]
        7 "lastUsedEndpoint" => last_used_endpoint: Option<SocketAddr>,
        /// When that changed.
        8 "lastEndpointChange" => last_endpoint_change: Moment,
    }
    columns: [
        "Label" => "{.label}",
        "Endpoint" => "{.endpoint}",
        "State" => "{.state}",
        "Rx" => "{.receiveBytes}",
        "Tx" => "{.transmitBytes}",
    ];
}

enumeration! {
    /// Whether a peer answers.
    #[derive(Default)]
    pub enum PeerState {
        #[default]
        0 "unknown" => Unknown,
        1 "up" => Up,
        2 "down" => Down,
    }
}
