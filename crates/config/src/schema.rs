//! What a field may hold. Each document describes its fields once, with [`section!`], and gets from it: strict decoding,
//! encoding, the list of known keys, redaction, and the rules for merging.

mod context;
mod scalars;
mod section;

pub(crate) use context::{Context, nearest};
pub(crate) use scalars::{decoded, encoded};
pub(crate) use section::section;

use crate::node::Node;

/// The form of a value.
#[derive(Debug)]
pub(crate) enum Shape {
    /// A single value.
    Scalar,
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

/// A known key.
#[derive(Debug)]
pub(crate) struct Field {
    pub key: &'static str,
    pub shape: &'static Shape,
    /// Nothing acts on it yet: it is accepted with a warning.
    pub idle: bool,
    /// Superseded: it is accepted, acts, and warns with this hint.
    pub deprecated: Option<&'static str>,
    /// In a merge the new list replaces the old one (else it is appended).
    pub replace: bool,
    /// In a merge items that agree in one of these keys are the same item.
    pub keyed: &'static [&'static str],
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

impl Field {
    pub const fn new(key: &'static str, shape: &'static Shape) -> Self {
        Self { key, shape, idle: false, deprecated: None, replace: false, keyed: &[] }
    }

    pub const fn idle(mut self) -> Self {
        self.idle = true;
        self
    }

    pub const fn deprecated(mut self, hint: &'static str) -> Self {
        self.deprecated = Some(hint);
        self
    }

    pub const fn replace(mut self) -> Self {
        self.replace = true;
        self
    }

    pub const fn keyed(mut self, keys: &'static [&'static str]) -> Self {
        self.keyed = keys;
        self
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
        match self {
            Self::Section(fields) => fields.iter().find(|field| field.key == key),
            _ => None,
        }
    }
}
