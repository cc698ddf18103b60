//! WireGuard links and VRFs.

use ipnet::IpNet;
use minos_pki::Secret;

use super::RoutingTable;
use crate::declare::message;
use crate::redacted::hide_secret;
use crate::wire::Interval;

message! {
    /// What a link is as a WireGuard link.
    #[derive(Default, Eq)]
    pub struct Wireguard {
        /// Private key.
        1 "privateKey" => private_key: Secret [omitempty],
        /// Public key.
        2 "publicKey" => public_key: String [omitempty],
        /// UDP port; 0 for the kernel's choice.
        3 "listenPort" => listen_port: u16,
        /// Mark of the packets that it sends.
        4 "firewallMark" => firewall_mark: u32,
        /// Peers.
        5 "peers" => peers: Vec<WireguardPeer>,
    }
}

impl Wireguard {
    /// Hides the private key and those shared with peers.
    pub(crate) fn hide_keys(&mut self) {
        hide_secret(&mut self.private_key);
        self.peers.iter_mut().for_each(|peer| hide_secret(&mut peer.preshared_key));
    }
}

message! {
    /// A peer of a WireGuard link.
    #[derive(Default, Eq)]
    pub struct WireguardPeer {
        /// Public key.
        1 "publicKey" => public_key: String,
        /// Shared key.
        2 "presharedKey" => preshared_key: Secret,
        /// Host and port; empty until it is known.
        3 "endpoint" => endpoint: String,
        /// How often an empty packet is sent.
        4 "persistentKeepaliveInterval" => persistent_keepalive_interval: Interval,
        /// Networks behind it.
        5 "allowedIPs" => allowed_ips: Vec<IpNet>,
    }
}

message! {
    /// What a link is as a VRF.
    #[derive(Default, Eq)]
    pub struct VrfMaster {
        /// Its routing table.
        1 "table" => table: RoutingTable,
    }
}

message! {
    /// Membership in a VRF.
    #[derive(Default, Eq)]
    pub struct VrfSlave {
        /// The VRF.
        1 "masterName" => master_name: String [omitempty],
    }
}
