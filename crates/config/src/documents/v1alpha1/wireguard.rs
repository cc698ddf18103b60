use std::time::Duration;

use minos_pki::Secret;

use crate::schema::section;

section! {
    /// A WireGuard tunnel.
    pub struct Wireguard {
        /// The key of this end: 32 bytes in base64, as `wg genkey` makes them.
        "privateKey" => private_key: Secret,
        /// The UDP port that it listens on.
        "listenPort" => listen_port: u16 [default("a free one")] [example("51820")],
        /// The mark that the kernel puts on its packets, for rules of routing. 0 for none.
        "firewallMark" => firewall_mark: u32 [default("0")] [example("51")],
        /// The other ends.
        "peers" => peers: Vec<WireguardPeer>,
    }
}

section! {
    /// The other end of a WireGuard tunnel.
    pub struct WireguardPeer {
        /// Its public key: 32 bytes in base64.
        "publicKey" => public_key: String [example("wGcXgBZ7Gzg1MzL9Q6QW2KkT1cQnqkQzWqQ9ivXkQ1A=")],
        /// Its host and port. Without it this end waits for the other.
        "endpoint" => endpoint: String [example("\"vpn.example.org:51820\"")],
        /// How often a packet is sent when there is nothing to send, so that firewalls between them let answers
        /// through.
        "persistentKeepaliveInterval" => persistent_keepalive_interval: Option<Duration>
            [default("never")] [example("25s")],
        /// Networks that are reached through it.
        "allowedIPs" => allowed_ips: Vec<String> [example("[10.20.0.0/16]")],
    }
}
