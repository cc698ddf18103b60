use minos_pki::CertificateAndKey;

use super::Arguments;
use crate::schema::{Effect, section};

section! {
    /// etcd.
    pub struct Etcd {
        /// Its image.
        "image" => image: String
            [default("registry.k8s.io/etcd of the release that this system is made for")]
            [example("registry.k8s.io/etcd:v3.6.12")],
        /// The authority of its members and clients, with its key. Needed.
        "ca" => ca: Option<CertificateAndKey> [effect(Effect::Reboot)],
        /// Flags of its command line, without dashes; a list gives a flag several times. Flags for its name, its
        /// directory, what it listens on and its certificates are refused.
        "extraArgs" => extra_args: Arguments [example("{election-timeout: \"5000\"}")],
        /// One network, as `advertisedSubnets` has several. Excludes it.
        "subnet" => subnet: String [example("10.0.0.0/8")] [deprecated("use advertisedSubnets")],
        /// Networks and addresses that the address is chosen from under which other members reach this one; `!`
        /// before one excludes it. Excluded ones stand last.
        "advertisedSubnets" => advertised_subnets: Vec<String>
            [default("the machine's first address that leads outside")] [example("[10.0.0.0/8, \"!10.0.0.3/32\"]")],
        /// Networks and addresses that the addresses are chosen from on which it listens; `!` before one excludes it.
        "listenSubnets" => listen_subnets: Vec<String>
            [default("advertisedSubnets; all addresses without these")] [example("[10.0.0.0/8]")],
    }
}
