use std::{fmt, ptr, sync::Arc};

use crate::environment::{Declared, Message};

/// The type of an expression.
#[derive(Clone, Debug)]
pub enum Type {
    /// It could not be told, and the reason has been said.
    Error,
    /// Anything, looked at only when the expression is evaluated.
    Dyn,
    /// Only `null`.
    Null,
    /// True or false.
    Bool,
    /// A whole number with a sign.
    Int,
    /// A whole number without a sign.
    Uint,
    /// A number with a fraction.
    Double,
    /// A text.
    String,
    /// Bytes.
    Bytes,
    /// A point in time.
    Timestamp,
    /// A length of time.
    Duration,
    /// A list.
    List(Arc<Type>),
    /// A map from keys to values.
    Map(Arc<Type>, Arc<Type>),
    /// A value or nothing.
    Optional(Arc<Type>),
    /// The type of a value.
    Type(Arc<Type>),
    /// A value with named fields.
    Message(&'static Message),
    /// Not known yet: what it is used for tells.
    Open(usize),
}

impl PartialEq for Type {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::List(one), Self::List(two))
            | (Self::Optional(one), Self::Optional(two))
            | (Self::Type(one), Self::Type(two)) => one == two,
            (Self::Map(key, value), Self::Map(other_key, other_value)) => key == other_key && value == other_value,
            (Self::Message(one), Self::Message(two)) => ptr::eq(*one, *two),
            (Self::Open(one), Self::Open(two)) => one == two,
            _ => self.parts().is_none() && std::mem::discriminant(self) == std::mem::discriminant(other),
        }
    }
}

impl Type {
    /// As declared; `Any(n)` is what `any` gives for it.
    pub(crate) fn from_declared(declared: Declared, any: &mut dyn FnMut(usize) -> Self) -> Self {
        let mut inner = |declared: &Declared| Arc::new(Self::from_declared(*declared, &mut *any));
        match declared {
            Declared::Dyn => Self::Dyn,
            Declared::Bool => Self::Bool,
            Declared::Int => Self::Int,
            Declared::Uint => Self::Uint,
            Declared::Double => Self::Double,
            Declared::String => Self::String,
            Declared::Bytes => Self::Bytes,
            Declared::Timestamp => Self::Timestamp,
            Declared::Duration => Self::Duration,
            Declared::List(element) => Self::List(inner(element)),
            Declared::Map(key, value) => {
                let key = inner(key);
                Self::Map(key, inner(value))
            }
            Declared::Optional(value) => Self::Optional(inner(value)),
            Declared::Type(value) => Self::Type(inner(value)),
            Declared::Message(message) => Self::Message(message),
            Declared::Any(number) => any(number),
        }
    }

    /// The types that it is made of.
    pub(crate) fn parts(&self) -> Option<(&Arc<Self>, Option<&Arc<Self>>)> {
        match self {
            Self::List(part) | Self::Optional(part) | Self::Type(part) => Some((part, None)),
            Self::Map(key, value) => Some((key, Some(value))),
            _ => None,
        }
    }

    pub(crate) fn is_dyn_or_error(&self) -> bool {
        matches!(self, Self::Dyn | Self::Error)
    }

    /// How many types it is made of; counts no further than `most`.
    pub(crate) fn weight(&self, most: usize) -> usize {
        let Some((first, second)) = self.parts() else { return 1 };
        let mut weight = 1;
        for part in std::iter::once(first).chain(second) {
            if weight < most {
                weight += part.weight(most - weight);
            }
        }
        weight
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self {
            Self::Error => "an error",
            Self::Dyn | Self::Open(_) => "dyn",
            Self::Null => "null",
            Self::Bool => "bool",
            Self::Int => "int",
            Self::Uint => "uint",
            Self::Double => "double",
            Self::String => "string",
            Self::Bytes => "bytes",
            Self::Timestamp => "timestamp",
            Self::Duration => "duration",
            Self::Message(message) => message.name,
            Self::List(element) => return write!(f, "list({element})"),
            Self::Map(key, value) => return write!(f, "map({key}, {value})"),
            Self::Optional(value) => return write!(f, "optional({value})"),
            Self::Type(value) => return write!(f, "type({value})"),
        };
        f.write_str(name)
    }
}
