//! What an expression may speak of: names and types as tables.

use std::fmt;

use crate::ast::Literal;

/// The names that an expression knows besides the standard ones.
#[derive(Clone, Debug)]
pub struct Environment {
    /// What has a value of its own in each evaluation.
    pub variables: &'static [Variable],
    /// Tables of names that always have the same value.
    pub constants: &'static [&'static [Constant]],
    /// Functions besides the standard ones.
    pub functions: &'static [Function],
    /// Optional values are known, their syntax and their functions.
    pub optional: bool,
}

/// A name whose value comes with the evaluation.
#[derive(Clone, Copy, Debug)]
pub struct Variable {
    /// The name.
    pub name: &'static str,
    /// What it holds.
    pub holds: Declared,
}

/// A name with a value.
#[derive(Clone, Debug)]
pub struct Constant {
    /// The name.
    pub name: &'static str,
    /// Its value.
    pub value: Literal,
}

/// A function with all its forms.
#[derive(Clone, Copy, Debug)]
pub struct Function {
    /// The name, with dots when it stands in a space of its own.
    pub name: &'static str,
    /// The forms, in the order in which they are tried.
    pub overloads: &'static [Overload],
}

/// One form of a function.
#[derive(Clone, Copy, Debug)]
pub struct Overload {
    /// It is called as `target.function(…)`; the first argument is the target.
    pub member: bool,
    /// What it takes.
    pub arguments: &'static [Declared],
    /// What it gives.
    pub result: Declared,
}

/// A message: a value with named fields.
#[derive(Debug)]
pub struct Message {
    /// What it is called in a sentence, as `a disk`.
    pub name: &'static str,
    /// The fields with what they hold.
    pub fields: &'static [(&'static str, Declared)],
}

/// A type as it is declared.
#[derive(Clone, Copy, Debug)]
pub enum Declared {
    /// Anything, looked at only when the expression is evaluated.
    Dyn,
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
    List(&'static Declared),
    /// A map from keys to values.
    Map(&'static Declared, &'static Declared),
    /// A value or nothing.
    Optional(&'static Declared),
    /// The type of a value.
    Type(&'static Declared),
    /// A value with named fields.
    Message(&'static Message),
    /// Any type, but the same one wherever the number stands in one overload.
    Any(usize),
}

impl fmt::Display for Declared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self {
            Self::Dyn => "dyn",
            Self::Bool => "bool",
            Self::Int => "int",
            Self::Uint => "uint",
            Self::Double => "double",
            Self::String => "string",
            Self::Bytes => "bytes",
            Self::Timestamp => "timestamp",
            Self::Duration => "duration",
            Self::Message(message) => message.name,
            Self::Any(0) => "T",
            Self::Any(_) => "U",
            Self::List(element) => return write!(f, "list({element})"),
            Self::Map(key, value) => return write!(f, "map({key}, {value})"),
            Self::Optional(value) => return write!(f, "optional({value})"),
            Self::Type(value) => return write!(f, "type({value})"),
        };
        f.write_str(name)
    }
}

impl Overload {
    /// One that is called as `function(…)`.
    pub const fn global(arguments: &'static [Declared], result: Declared) -> Self {
        Self { member: false, arguments, result }
    }

    /// One that is called as `target.function(…)`.
    pub const fn member(arguments: &'static [Declared], result: Declared) -> Self {
        Self { member: true, arguments, result }
    }
}

impl Environment {
    /// The value of a constant.
    pub fn constant(&self, name: &str) -> Option<&'static Literal> {
        let mut all = self.constants.iter().flat_map(|table| table.iter());
        all.find(|constant| constant.name == name).map(|constant| &constant.value)
    }

    /// All variables, constants and functions of its own.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        let variables = self.variables.iter().map(|variable| variable.name);
        let constants = self.constants.iter().flat_map(|table| table.iter()).map(|constant| constant.name);
        variables.chain(constants)
    }
}
