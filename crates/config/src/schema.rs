//! What a field may hold. Each document describes its fields once, with [`section!`], and gets from it: strict decoding,
//! encoding, the list of known keys, redaction, the rules for merging, what a change of it does, and what is told about it
//! (`minosctl explain`, the reference pages, the JSON schema).

mod context;
mod effect;
mod field;
mod network_values;
mod scalars;
mod section;
mod values;

pub(crate) use context::{Context, nearest};
pub use effect::Effect;
pub(crate) use field::Field;
pub use network_values::{HardwareAddress, Ports, RoutingTable};
pub(crate) use scalars::{certificate, decoded, encoded, wrong};
pub(crate) use section::{fields, join, section};
pub use values::{Size, Url};

use crate::node::Node;

/// The form of a value.
#[derive(Debug)]
pub(crate) enum Shape {
    /// A single value.
    Scalar(Scalar),
    /// A single value that is never shown.
    Secret,
    /// Anything: handed on to Kubernetes or containerd as it is.
    Any,
    /// A list of such values.
    List(&'static Self),
    /// Free keys with such values.
    Map(&'static Self),
    /// One value or a list of them, for command line arguments.
    Arguments,
    /// Known keys.
    Section(&'static [Field]),
}

/// What a single value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scalar {
    Text,
    Bool,
    /// A whole number; both ends are allowed.
    Integer {
        least: i64,
        most: u64,
    },
    /// As `1h30m`.
    Duration,
    /// Permission bits, as `0o644`.
    Mode,
    /// An IP address.
    Address,
    /// An IP address with the length of its network.
    Prefix,
    /// An IP address with a port.
    Socket,
    /// Pairs of hexadecimal digits.
    Hardware,
    /// A routing table: a number or a name.
    Table,
    /// A port or a range of them.
    Ports,
    /// As `https://host/path`.
    Url,
    /// As `10GiB`, or a share as `25%`.
    Size,
    /// An expression in CEL.
    Expression,
    /// A PEM text in base64.
    Pem,
}

/// A type that a field can have.
pub(crate) trait Decode: Sized {
    /// Its form.
    const SHAPE: Shape;

    /// Reads a value; reports to `cx` and returns nothing when it cannot.
    fn decode(node: &Node, cx: &mut Context) -> Option<Self>;

    /// Writes the value.
    fn encode(&self) -> Node;

    /// True when the field is left out as a whole.
    fn is_absent(&self) -> bool {
        false
    }
}

impl Shape {
    /// The shape of what stands under a key.
    pub fn of(&self, key: &str) -> Option<&'static Self> {
        match self {
            Self::Section(_) => self.field(key).map(|field| field.shape),
            Self::Map(shape) => Some(shape),
            _ => None,
        }
    }

    /// What is known about a key.
    pub fn field(&self, key: &str) -> Option<&'static Field> {
        self.fields().iter().find(|field| field.key == key)
    }

    /// The known keys.
    pub const fn fields(&self) -> &'static [Field] {
        match self {
            Self::Section(fields) => fields,
            _ => &[],
        }
    }

    /// Whether an empty text means that nothing is said.
    pub const fn is_unset_by_empty(&self) -> bool {
        use Scalar::{Address, Expression, Hardware, Prefix, Size, Socket, Url};
        matches!(self, Self::Scalar(Address | Prefix | Socket | Hardware | Url | Size | Expression))
    }

    /// The known keys of the value, or of its items when there are several.
    pub fn inner_fields(&self) -> &'static [Field] {
        match self {
            Self::List(shape) | Self::Map(shape) => shape.inner_fields(),
            other => other.fields(),
        }
    }
}
