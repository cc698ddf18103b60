//! The operators and functions that every environment has.

mod functions;
mod operators;
mod optional;

pub(crate) use operators::{CONDITIONAL, index, operator, unary};

use crate::environment::{Declared, Environment, Function};

/// A type that any value has, the same throughout one overload.
const A: Declared = Declared::Any(0);
const B: Declared = Declared::Any(1);
const LIST: Declared = Declared::List(&A);
const MAP: Declared = Declared::Map(&A, &B);
const OPTIONAL: Declared = Declared::Optional(&A);

/// A function by its name.
pub(crate) fn function(environment: &Environment, name: &str) -> Option<&'static Function> {
    functions(environment).find(|function| function.name == name)
}

/// All the functions of an environment.
pub(crate) fn functions(environment: &Environment) -> impl Iterator<Item = &'static Function> {
    let optional: &[Function] = if environment.optional { optional::FUNCTIONS } else { &[] };
    environment.functions.iter().chain(functions::CONVERSIONS).chain(functions::TEXTS_AND_TIMES).chain(optional)
}

/// The types that have a name.
pub(crate) const TYPE_NAMES: [(&str, Declared); 13] = [
    ("bool", Declared::Bool),
    ("bytes", Declared::Bytes),
    ("double", Declared::Double),
    ("google.protobuf.Duration", Declared::Duration),
    ("google.protobuf.Timestamp", Declared::Timestamp),
    ("int", Declared::Int),
    ("list", Declared::List(&Declared::Dyn)),
    ("map", Declared::Map(&Declared::Dyn, &Declared::Dyn)),
    ("null_type", Declared::Dyn),
    ("optional_type", Declared::Optional(&Declared::Dyn)),
    ("string", Declared::String),
    ("type", Declared::Type(&Declared::Dyn)),
    ("uint", Declared::Uint),
];
