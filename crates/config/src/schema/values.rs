//! Single values with a form of their own.

use std::{fmt, str::FromStr};

use super::{Context, Decode, Scalar, Shape, network_values::parsed};
use crate::{
    node::Node,
    view::{authority, host_and_own_port},
};

macro_rules! texts {
    ($( $(#[$meta:meta])* $name:ident: $scalar:ident, $wanted:literal; )*) => { $(
        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        pub struct $name(String);

        impl $name {
            /// As it was written.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl Decode for $name {
            const SHAPE: Shape = Shape::Scalar(Scalar::$scalar);

            fn decode(node: &Node, cx: &mut Context) -> Option<Self> {
                parsed(node, cx, $wanted)
            }

            fn encode(&self) -> Node {
                Node::text(&self.0)
            }

            fn is_absent(&self) -> bool {
                self.0.is_empty()
            }
        }
    )* };
}

texts! {
    /// A URL with a scheme and a host.
    Url: Url, "a URL such as https://example.org/path";
    /// A number of bytes (`10GiB`, `500MB`, `4096`) or a share of a disk (`25%`); negative means all but that much.
    Size: Size, "a size such as 10GiB, 500MB or 25%";
}

impl FromStr for Url {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (scheme, rest) = text.split_once("://").ok_or(())?;
        let scheme_holds = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
        let host_holds = authority(text).and_then(host_and_own_port).is_some();
        let plain = !rest.is_empty() && !text.contains(|c: char| c.is_whitespace() || c.is_control());
        let holds = scheme_holds && plain && host_holds;
        if holds { Ok(Self(text.to_owned())) } else { Err(()) }
    }
}

impl Url {
    /// What stands before `://`.
    pub fn scheme(&self) -> &str {
        self.0.split_once("://").map_or("", |(scheme, _)| scheme)
    }

    /// What stands behind host and port, without query.
    pub fn path(&self) -> &str {
        let rest = self.0.split_once("://").map_or("", |(_, rest)| rest);
        let path = rest.find('/').map_or("", |at| &rest[at..]);
        path.split(['?', '#']).next().unwrap_or_default()
    }

    /// Host and port, without user and path.
    pub fn authority(&self) -> &str {
        authority(&self.0).unwrap_or_default()
    }
}

impl FromStr for Size {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let size = Self(text.to_owned());
        if size.bytes().is_some() || size.percent().is_some() { Ok(size) } else { Err(()) }
    }
}

impl Size {
    /// Bytes, when it is not a share.
    pub fn bytes(&self) -> Option<u64> {
        let text = self.magnitude();
        let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
        let (number, unit) = text.split_at(digits);
        let factor: u64 = match unit.trim().to_ascii_lowercase().as_str() {
            "" | "b" => 1,
            "k" | "kb" => 1000,
            "m" | "mb" => 1000_u64.pow(2),
            "g" | "gb" => 1000_u64.pow(3),
            "t" | "tb" => 1000_u64.pow(4),
            "p" | "pb" => 1000_u64.pow(5),
            "ki" | "kib" => 1 << 10,
            "mi" | "mib" => 1 << 20,
            "gi" | "gib" => 1 << 30,
            "ti" | "tib" => 1 << 40,
            "pi" | "pib" => 1 << 50,
            _ => return None,
        };
        if let Ok(whole) = number.parse::<u64>() {
            return whole.checked_mul(factor);
        }
        let value = number.parse::<f64>().ok().filter(|_| number.starts_with(|c: char| c.is_ascii_digit()))?;
        let bytes = value * factor as f64;
        (bytes < u64::MAX as f64).then_some(bytes as u64)
    }

    /// A share in percent, when it is one.
    pub fn percent(&self) -> Option<u64> {
        let share = self.magnitude().strip_suffix('%')?.parse().ok()?;
        (share <= 100).then_some(share)
    }

    /// Whether it says how much to leave.
    pub fn is_negative(&self) -> bool {
        self.0.starts_with('-')
    }

    fn magnitude(&self) -> &str {
        self.0.strip_prefix('-').unwrap_or(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes() {
        let bytes = |text: &str| text.parse::<Size>().ok().and_then(|size| size.bytes());
        assert_eq!(bytes("10GiB"), Some(10 << 30));
        assert_eq!(bytes("1.5kB"), Some(1500));
        assert_eq!(bytes("4096"), Some(4096));
        for wrong in ["", "GiB", "1 apple", "101%", "99999999999999PiB", "1.2.3MB", "nan"] {
            assert!(wrong.parse::<Size>().is_err(), "{wrong}");
        }
        let share: Size = "-25%".parse().unwrap();
        assert_eq!((share.percent(), share.is_negative(), share.bytes()), (Some(25), true, None));
    }

    #[test]
    fn urls() {
        let url: Url = "https://user@host:8080/path?x".parse().unwrap();
        assert_eq!((url.scheme(), url.authority()), ("https", "host:8080"));
        for wrong in ["host", "://host", "https://", "ht tp://x", "https://a b", "https://aaa::a:6443", "tcp://[x]:1"] {
            assert!(wrong.parse::<Url>().is_err(), "{wrong}");
        }
    }
}
