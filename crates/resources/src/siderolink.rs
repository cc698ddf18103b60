//! SideroLink. Nothing writes these types yet.

use std::net::SocketAddr;

use minos_pki::Secret;

use crate::declare::{definitions, resource};

definitions![SiderolinkConfig, SiderolinkStatus, SiderolinkTunnel];

resource! {
    /// Where the node reports, and with which token.
    #[derive(Default, Eq)]
    #[allow(missing_docs, reason = "the names are the contract's and explain themselves")]
    pub struct SiderolinkConfig = "SiderolinkConfigs.siderolink.talos.dev" in "config" => {
        1 "apiEndpoint" => api_endpoint: String,
        2 "host" => host: String,
        3 "joinToken" => join_token: Secret,
        4 "insecure" => insecure: bool,
        5 "tunnel" => tunnel: bool,
    }
    columns: ["API Endpoint" => "{.apiEndpoint}", "Tunnel" => "{.tunnel}"];
    sensitive: true;
}

resource! {
    /// Whether the link is up.
    #[derive(Default, Eq)]
    #[allow(missing_docs, reason = "the names are the contract's and explain themselves")]
    pub struct SiderolinkStatus = "SiderolinkStatuses.siderolink.talos.dev" in "config" => {
        1 "host" => host: String,
        2 "connected" => connected: bool,
        3 "linkName" => link_name: String,
        4 "grpcTunnel" => grpc_tunnel: bool,
    }
    columns: ["Host" => "{.host}", "Connected" => "{.connected}"];
}

resource! {
    /// The link inside a gRPC connection.
    #[derive(Default, Eq)]
    #[allow(missing_docs, reason = "the names are the contract's and explain themselves")]
    pub struct SiderolinkTunnel = "SiderolinkTunnels.siderolink.talos.dev" in "config" => {
        1 "apiEndpoint" => api_endpoint: String,
        2 "linkName" => link_name: String,
        3 "mtu" => mtu: i64,
        #[serde(with = "crate::wire::text")]
        4 "nodeAddress" => node_address: Option<SocketAddr>,
    }
    columns: [
        "API Endpoint" => "{.apiEndpoint}",
        "Link name" => "{.linkName}",
        "MTU" => "{.mtu}",
        "Node address" => "{.nodeAddress}",
    ];
    sensitive: true;
}
