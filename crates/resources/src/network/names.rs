//! The kernel's numbers under the names of the public contract.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::wire::{Field, UnknownName};

/// A number that is written as its name, or as `Kind(number)` when it has none.
macro_rules! named {
    ($(#[$doc:meta])* $kind:ident($number:ty) { $($(#[$constant_doc:meta])* $constant:ident = $value:literal $name:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
        #[serde(into = "String", try_from = "String")]
        pub struct $kind(pub $number);

        impl $kind {
            $(#[doc = concat!("`", $name, "`")] $(#[$constant_doc])* pub const $constant: Self = Self($value);)*
            const NAMES: &'static [($number, &'static str)] = &[$(($value, $name)),*];
        }

        impl fmt::Display for $kind {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match Self::NAMES.iter().find(|(number, _)| *number == self.0) {
                    Some((_, name)) => f.write_str(name),
                    None => write!(f, concat!(stringify!($kind), "({})"), self.0),
                }
            }
        }

        impl FromStr for $kind {
            type Err = UnknownName;

            fn from_str(text: &str) -> Result<Self, UnknownName> {
                if let Some((number, _)) = Self::NAMES.iter().find(|(_, name)| *name == text) {
                    return Ok(Self(*number));
                }
                let number = text.strip_prefix(concat!(stringify!($kind), "(")).and_then(|rest| rest.strip_suffix(')'));
                let number = number.and_then(|number| number.parse().ok());
                number.map(Self).ok_or_else(|| UnknownName(text.to_owned()))
            }
        }

        impl From<$kind> for String {
            fn from(value: $kind) -> Self {
                value.to_string()
            }
        }

        impl TryFrom<String> for $kind {
            type Error = UnknownName;

            fn try_from(text: String) -> Result<Self, UnknownName> {
                text.parse()
            }
        }

        impl $crate::wire::Field for $kind {
            fn is_zero(&self) -> bool {
                self.0 == 0
            }

            fn encode(&self, number: u32, out: &mut Vec<u8>) {
                $crate::wire::Field::encode(&i64::from(self.0), number, out);
            }

            #[cfg(test)]
            fn kind() -> String {
                "varint".to_owned()
            }

            #[cfg(test)]
            fn sample() -> Self {
                let (number, _) = Self::NAMES[Self::NAMES.len() - 1];
                Self(number)
            }
        }
    };
}

/// A set of bits that is written as their names with commas between them.
macro_rules! flags {
    ($(#[$doc:meta])* $kind:ident { $($bit:literal $name:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
        #[serde(into = "String", try_from = "String")]
        pub struct $kind(pub u32);

        impl fmt::Display for $kind {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let names = [$((1_u32 << $bit, $name)),*];
                let mut separator = "";
                for (_, name) in names.iter().filter(|(bit, _)| self.0 & bit != 0) {
                    write!(f, "{separator}{name}")?;
                    separator = ",";
                }
                Ok(())
            }
        }

        impl From<$kind> for String {
            fn from(value: $kind) -> Self {
                value.to_string()
            }
        }

        impl TryFrom<String> for $kind {
            type Error = UnknownName;

            fn try_from(text: String) -> Result<Self, UnknownName> {
                let names = [$((1_u32 << $bit, $name)),*];
                let parts = text.split(',').filter(|part| !part.is_empty());
                parts.map(|part| {
                    let found = names.iter().find(|(_, name)| *name == part);
                    found.map(|(bit, _)| *bit).ok_or_else(|| UnknownName(part.to_owned()))
                })
                .try_fold(0, |all, bit| Ok(all | bit?))
                .map(Self)
            }
        }

        impl $crate::wire::Field for $kind {
            fn is_zero(&self) -> bool {
                self.0 == 0
            }

            fn encode(&self, number: u32, out: &mut Vec<u8>) {
                $crate::wire::Field::encode(&i64::from(self.0), number, out);
            }

            #[cfg(test)]
            fn kind() -> String {
                "varint".to_owned()
            }

            #[cfg(test)]
            fn sample() -> Self {
                let bits = [$($bit),*];
                Self(1 << bits[bits.len() - 1])
            }
        }
    };
}

named! {
    /// Address family.
    Family(u8) {
        INET4 = 2 "inet4",
        INET6 = 10 "inet6",
    }
}

named! {
    /// How far an address or route reaches.
    Scope(u8) {
        GLOBAL = 0 "global",
        SITE = 200 "site",
        LINK = 253 "link",
        HOST = 254 "host",
        NOWHERE = 255 "nowhere",
    }
}

named! {
    /// What a route does.
    RouteType(u8) {
        UNSPEC = 0 "unspec",
        UNICAST = 1 "unicast",
        LOCAL = 2 "local",
        BROADCAST = 3 "broadcast",
        ANYCAST = 4 "anycast",
        MULTICAST = 5 "multicast",
        BLACKHOLE = 6 "blackhole",
        UNREACHABLE = 7 "unreachable",
        PROHIBIT = 8 "prohibit",
        THROW = 9 "throw",
        NAT = 10 "nat",
        XRESOLVE = 11 "xresolve",
    }
}

named! {
    /// Who made a route.
    RouteProtocol(u8) {
        UNSPEC = 0 "unspec",
        REDIRECT = 1 "redirect",
        KERNEL = 2 "kernel",
        BOOT = 3 "boot",
        STATIC = 4 "static",
        RA = 9 "ra",
        MRT = 10 "mrt",
        ZEBRA = 11 "zebra",
        BIRD = 12 "bird",
        DNROUTED = 13 "dnrouted",
        XORP = 14 "xorp",
        NTK = 15 "ntk",
        DHCP = 16 "dhcp",
        MRTD = 17 "mrtd",
        KEEPALIVED = 18 "keepalived",
        BABEL = 42 "babel",
        OPENR = 99 "openr",
        BGP = 186 "bgp",
        ISIS = 187 "isis",
        OSPF = 188 "ospf",
        RIP = 189 "rip",
        EIGRP = 192 "eigrp",
    }
}

named! {
    /// Layer 2 type of a link; the rarer ones have no name here.
    LinkType(u16) {
        NETROM = 0 "netrom",
        ETHER = 1 "ether",
        INFINIBAND = 32 "infiniband",
        CAN = 280 "can",
        PPP = 512 "ppp",
        RAWHDLC = 518 "rawhdlc",
        IPIP = 768 "ipip",
        TUNNEL6 = 769 "tunnel6",
        LOOPBACK = 772 "loopback",
        SIT = 776 "sit",
        GRE = 778 "gre",
        PIMREG = 779 "pimreg",
        IEEE80211 = 801 "ieee802.11",
        IP6GRE = 823 "ip6gre",
        NETLINK = 824 "netlink",
        NONE = 65534 "nohdr",
        VOID = 65535 "void",
    }
}

named! {
    /// Operational state of a link.
    OperationalState(u8) {
        UNKNOWN = 0 "unknown",
        NOT_PRESENT = 1 "notPresent",
        DOWN = 2 "down",
        LOWER_LAYER_DOWN = 3 "lowerLayerDown",
        TESTING = 4 "testing",
        DORMANT = 5 "dormant",
        UP = 6 "up",
    }
}

named! {
    /// What a cable is plugged into.
    Port(u8) {
        TWISTED_PAIR = 0 "TwistedPair",
        AUI = 1 "AUI",
        MII = 2 "MII",
        FIBRE = 3 "Fibre",
        BNC = 4 "BNC",
        DIRECT_ATTACH = 5 "DirectAttach",
        NONE = 239 "None",
        OTHER = 255 "Other",
    }
}

named! {
    /// Whether both ends may talk at once.
    Duplex(u8) {
        HALF = 0 "Half",
        FULL = 1 "Full",
        UNKNOWN = 255 "Unknown",
    }
}

named! {
    /// How VLAN frames are marked.
    VlanProtocol(u16) {
        IEEE8021Q = 33024 "802.1q",
        IEEE8021AD = 34984 "802.1ad",
    }
}

named! {
    /// How a DHCP client names itself.
    ClientIdentifier(u8) {
        NONE = 0 "none",
        MAC = 1 "mac",
        DUID = 2 "duid",
    }
}

named! {
    /// How a node's addresses are put in order.
    AddressSortAlgorithm(u8) {
        V1 = 0 "v1",
        V2 = 1 "v2",
    }
}

flags! {
    /// Flags of an address.
    AddressFlags {
        0 "temporary",
        1 "nodad",
        2 "optimistic",
        3 "dadfailed",
        4 "homeaddress",
        5 "deprecated",
        6 "tentative",
        7 "permanent",
        8 "mngmtmpaddr",
        9 "noprefixroute",
        10 "mcautojoin",
        11 "stableprivacy",
    }
}

flags! {
    /// Flags of a route.
    RouteFlags {
        8 "notify",
        9 "cloned",
        10 "equalize",
        11 "prefix",
        12 "lookup_table",
        13 "fib_match",
        14 "offload",
        15 "trap",
    }
}

flags! {
    /// Flags of a link.
    LinkFlags {
        0 "UP",
        1 "BROADCAST",
        2 "DEBUG",
        3 "LOOPBACK",
        4 "POINTTOPOINT",
        5 "NOTRAILERS",
        6 "RUNNING",
        7 "NOARP",
        8 "PROMISC",
        9 "ALLMULTI",
        10 "MASTER",
        11 "SLAVE",
        12 "MULTICAST",
        13 "PORTSEL",
        14 "AUTOMEDIA",
        15 "DYNAMIC",
        16 "LOWER_UP",
        17 "DORMANT",
        18 "ECHO",
    }
}

/// A routing table: `main`, `local`, `default`, `unspec`, or its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct RoutingTable(pub u32);

impl RoutingTable {
    /// The table that packets are routed by unless a rule says otherwise.
    pub const MAIN: Self = Self(254);
    /// The kernel's own.
    pub const LOCAL: Self = Self(255);
    const NAMES: &'static [(u32, &'static str)] = &[(0, "unspec"), (253, "default"), (254, "main"), (255, "local")];
}

impl Default for RoutingTable {
    fn default() -> Self {
        Self::MAIN
    }
}

impl fmt::Display for RoutingTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match Self::NAMES.iter().find(|(number, _)| *number == self.0) {
            Some((_, name)) => f.write_str(name),
            None if self.0 < 256 => write!(f, "{}", self.0),
            None => write!(f, "RoutingTable({})", self.0),
        }
    }
}

impl Field for RoutingTable {
    fn is_zero(&self) -> bool {
        self.0 == 0
    }

    fn encode(&self, number: u32, out: &mut Vec<u8>) {
        self.0.encode(number, out);
    }

    #[cfg(test)]
    fn kind() -> String {
        "varint".to_owned()
    }

    #[cfg(test)]
    fn sample() -> Self {
        Self::MAIN
    }
}

impl From<RoutingTable> for String {
    fn from(table: RoutingTable) -> Self {
        table.to_string()
    }
}

impl TryFrom<String> for RoutingTable {
    type Error = UnknownName;

    fn try_from(text: String) -> Result<Self, UnknownName> {
        if let Some((number, _)) = Self::NAMES.iter().find(|(_, name)| *name == text) {
            return Ok(Self(*number));
        }
        let inner = text.strip_prefix("RoutingTable(").and_then(|rest| rest.strip_suffix(')'));
        let number = inner.unwrap_or(&text).parse();
        number.map(Self).map_err(|_| UnknownName(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_the_contracts_names() {
        assert_eq!(Scope::HOST.to_string(), "host");
        assert_eq!(Scope(7).to_string(), "Scope(7)");
        assert_eq!("Scope(7)".parse(), Ok(Scope(7)));
        assert_eq!("link".parse(), Ok(Scope::LINK));
        assert!("nearby".parse::<Scope>().is_err());
        let tables = [(254, "main"), (255, "local"), (99, "99"), (1000, "RoutingTable(1000)")];
        for (number, name) in tables {
            assert_eq!(RoutingTable(number).to_string(), name);
            assert_eq!(RoutingTable::try_from(name.to_owned()), Ok(RoutingTable(number)));
        }
    }

    #[test]
    fn flags_are_joined_by_commas() {
        assert_eq!(AddressFlags(0x80 | 0x200).to_string(), "permanent,noprefixroute");
        assert_eq!(AddressFlags::try_from("permanent,noprefixroute".to_owned()), Ok(AddressFlags(0x280)));
        assert_eq!(LinkFlags(0x1_0043).to_string(), "UP,BROADCAST,RUNNING,LOWER_UP");
        assert_eq!(LinkFlags::try_from(String::new()), Ok(LinkFlags(0)));
        assert!(RouteFlags::try_from("sticky".to_owned()).is_err());
    }
}
