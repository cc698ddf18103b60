//! Expressions in the Common Expression Language (CEL), as they stand in the machine configuration: parsed, and checked
//! against the names and types that an [`Environment`] declares. Nothing here does I/O, and the work for one expression is
//! bounded: a text that is too long, nested too deep or too intricate is refused.

#![forbid(unsafe_code)]

mod ast;
mod checker;
mod environment;
mod escape;
mod lexer;
mod parser;
mod printer;
mod problem;
mod standard;
mod types;

pub use ast::{BinaryOp, Element, Entry, Expr, ExprKind, Field, Literal, LogicOp, Macro, UnaryOp};
pub use checker::{Checked, check};
pub use environment::{Constant, Declared, Environment, Function, Message, Overload, Variable};
pub use parser::{LONGEST, Syntax, parse};
pub use problem::{Problem, Unknown};
pub use types::Type;
