//! Single values of the network.

use std::{
    fmt,
    net::{IpAddr, SocketAddr},
    str::FromStr,
};

use ipnet::IpNet;

use super::{Context, Decode, Scalar, Shape, scalars::wrong};
use crate::node::Node;

/// Parses, or says what is wanted.
pub(super) fn parsed<T: FromStr>(node: &Node, cx: &mut Context, wanted: &str) -> Option<T> {
    let value = node.as_text().and_then(|text| text.parse().ok());
    if value.is_none() {
        wrong(node, cx, wanted);
    }
    value
}

macro_rules! parsed_values {
    ($( $type:ty: $scalar:ident, $wanted:literal; )*) => { $(
        impl Decode for $type {
            const SHAPE: Shape = Shape::Scalar(Scalar::$scalar);

            fn decode(node: &Node, cx: &mut Context) -> Option<Self> {
                parsed(node, cx, $wanted)
            }

            fn encode(&self) -> Node {
                Node::text(self.to_string())
            }
        }
    )* };
}

// A network keeps the bits behind its own.
parsed_values! {
    IpAddr: Address, "an IP address such as 10.0.0.1 or fd00::1";
    IpNet: Prefix, "an IP address and the length of its network, such as 10.0.0.0/8 or fd00::/64";
    SocketAddr: Socket, "an IP address and a port, such as 10.0.0.1:51820 or [fd00::1]:51820";
    HardwareAddress: Hardware, "pairs of hexadecimal digits such as 02:00:5e:10:00:01";
    RoutingTable: Table, "a number from 1 to 255, or main, default or local";
}

impl Decode for Ports {
    const SHAPE: Shape = Shape::Scalar(Scalar::Ports);

    fn decode(node: &Node, cx: &mut Context) -> Option<Self> {
        parsed(node, cx, "a port such as 443, or a range such as 30000-32767")
    }

    /// A single port is a number: upstream reads no other form.
    fn encode(&self) -> Node {
        if self.first == self.last { Node::plain(self.to_string()) } else { Node::text(self.to_string()) }
    }
}

/// A hardware address, or an identifier that is written like one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HardwareAddress(pub Vec<u8>);

impl FromStr for HardwareAddress {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let digits: Vec<char> = text.chars().filter(|c| *c != ':').collect();
        let pair = |pair: &[char]| {
            let value = |c: &char| c.to_digit(16).and_then(|value| u8::try_from(value).ok());
            Some(value(pair.first()?)? << 4 | value(pair.get(1)?)?)
        };
        let bytes: Option<Vec<u8>> = digits.chunks(2).map(pair).collect();
        bytes.filter(|bytes| !bytes.is_empty()).map(Self).ok_or(())
    }
}

impl fmt::Display for HardwareAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes: Vec<String> = self.0.iter().map(|byte| format!("{byte:02x}")).collect();
        f.write_str(&bytes.join(":"))
    }
}

/// A routing table of the kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RoutingTable(pub u8);

impl RoutingTable {
    const NAMES: [(&'static str, u8); 3] = [("default", 253), ("main", 254), ("local", 255)];

    /// One of those that the kernel has by itself.
    pub fn is_reserved(self) -> bool {
        Self::NAMES.iter().any(|(_, number)| *number == self.0)
    }
}

impl FromStr for RoutingTable {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let named = Self::NAMES.iter().find(|(name, _)| *name == text.to_ascii_lowercase());
        let number = named.map(|(_, number)| *number).or_else(|| text.parse().ok());
        number.filter(|number| *number > 0).map(Self).ok_or(())
    }
}

impl fmt::Display for RoutingTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match Self::NAMES.iter().find(|(_, number)| *number == self.0) {
            Some((name, _)) => f.write_str(name),
            None => write!(f, "{}", self.0),
        }
    }
}

/// Ports from the first to the last, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ports {
    /// The first.
    pub first: u16,
    /// The last.
    pub last: u16,
}

impl FromStr for Ports {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (first, last) = text.split_once('-').unwrap_or((text, text));
        match (first.trim().parse(), last.trim().parse()) {
            (Ok(first), Ok(last)) if first <= last => Ok(Self { first, last }),
            _ => Err(()),
        }
    }
}

impl fmt::Display for Ports {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.first == self.last { write!(f, "{}", self.first) } else { write!(f, "{}-{}", self.first, self.last) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round_trip<T: FromStr + fmt::Display>(text: &str) -> Option<String> {
        text.parse::<T>().ok().map(|value| value.to_string())
    }

    #[test]
    fn values_are_read_and_written() {
        assert_eq!(round_trip::<HardwareAddress>("02:00:5E:10").as_deref(), Some("02:00:5e:10"));
        assert_eq!(round_trip::<HardwareAddress>("02005e10").as_deref(), Some("02:00:5e:10"));
        assert_eq!(round_trip::<RoutingTable>("254").as_deref(), Some("main"));
        assert_eq!(round_trip::<RoutingTable>("Local").as_deref(), Some("local"));
        assert_eq!(round_trip::<Ports>("80").as_deref(), Some("80"));
        assert_eq!(round_trip::<Ports>("30000-32767").as_deref(), Some("30000-32767"));
    }

    #[test]
    fn others_are_refused() {
        for text in ["", "0", "02:0", "zz"] {
            assert!(text.parse::<HardwareAddress>().is_err(), "{text}");
        }
        for text in ["", "0", "256", "mine"] {
            assert!(text.parse::<RoutingTable>().is_err(), "{text}");
        }
        for text in ["", "70000", "20-10", "1-2-3"] {
            assert!(text.parse::<Ports>().is_err(), "{text}");
        }
    }
}
