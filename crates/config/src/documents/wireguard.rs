use std::{net::SocketAddr, time::Duration};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ipnet::IpNet;
use minos_pki::Secret;

use crate::{
    documents::{Kind, Whole, link_common::LinkCommon},
    schema::{Effect, section},
    validate::Check,
};

/// Bytes of a WireGuard key.
const KEY: usize = 32;

section! {
    /// An encrypted tunnel to other machines.
    pub struct WireguardConfig {
        /// The name of the link that is made.
        "name" => name: String [required] [example("wg0")],
        /// Our key, in base64, as `wg genkey` makes it.
        "privateKey" => private_key: Secret [required],
        /// The UDP port that we listen on.
        "listenPort" => listen_port: u16 [default("any free one")] [example("51820")],
        /// The mark of the packets that the tunnel itself sends.
        "firewallMark" => firewall_mark: u32 [example("100")],
        /// The other machines.
        "peers" => peers: Vec<WireguardPeer>,
    } with common: LinkCommon
}

section! {
    /// Another machine.
    pub struct WireguardPeer {
        /// Its public key, in base64.
        "publicKey" => public_key: String [required],
        /// A key that both know, in base64, beside the others.
        "presharedKey" => preshared_key: Secret,
        /// Where it is; without it the other machine has to begin.
        "endpoint" => endpoint: Option<SocketAddr> [example("198.51.100.7:51820")],
        /// How often something is sent so that firewalls on the way keep the path open.
        "persistentKeepaliveInterval" => persistent_keepalive_interval: Option<Duration> [default("never")] [example("25s")],
        /// What is sent to it, and taken from it.
        "allowedIPs" => allowed_ips: Vec<IpNet> [example("[10.6.0.0/24]")],
    }
}

impl Kind for WireguardConfig {
    const EFFECT: Effect = Effect::Idle;
    const SINCE: &'static str = "v1.12";

    fn check(&self, whole: &Whole<'_>, check: &mut Check) {
        check_key(self.private_key.expose(), "privateKey", check);
        for (index, peer) in self.peers.iter().enumerate() {
            check_key(&peer.public_key, &format!("peers/{index}/publicKey"), check);
            check_key(peer.preshared_key.expose(), &format!("peers/{index}/presharedKey"), check);
        }
        self.common.check("WireguardConfig", &self.name, whole, check);
    }
}

fn check_key(key: &str, place: &str, check: &mut Check) {
    let holds = key.is_empty() || STANDARD.decode(key).is_ok_and(|bytes| bytes.len() == KEY);
    check.require(holds, place, format!("wanted a key of {KEY} bytes in base64"));
}
