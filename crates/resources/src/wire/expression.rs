//! Expressions in CEL: a text in YAML, and `google.api.expr.v1alpha1.CheckedExpr` on the wire.
//!
//! The message has the syntax tree, its nodes numbered as upstream's parser numbers them, and the lengths of the lines.
//! It has neither the positions of nodes nor the types that the checker found; clients print the text from the tree.

use minos_cel::{BinaryOp, Entry, Expr, ExprKind, Literal, LogicOp, Syntax, UnaryOp};
use prost::encoding::{WireType, encode_key};
use serde::{Deserialize, Serialize};

use super::{Field, bytes, some_bytes, varint};

/// An expression.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Expression(pub String);

/// How upstream's parser calls a text that came from nowhere.
const LOCATION: &str = "<input>";

impl Field for Expression {
    fn is_zero(&self) -> bool {
        self.0.is_empty()
    }

    fn encode(&self, number: u32, out: &mut Vec<u8>) {
        bytes(number, &self.message().unwrap_or_default(), out);
    }

    #[cfg(test)]
    fn kind() -> String {
        "Expression".to_owned()
    }

    #[cfg(test)]
    fn sample() -> Self {
        Self("disk.size > 100u && !system_disk".to_owned())
    }
}

impl Expression {
    /// The message; absent for a text that is no expression, and for one whose tree has parts that no client can print:
    /// macros with a variable, and messages.
    fn message(&self) -> Option<Vec<u8>> {
        let expr = minos_cel::parse(&self.0, Syntax { optional: false }).ok()?;
        let mut tree = Tree { last: 0 };
        let root = tree.expr(&expr)?;
        let mut source = Vec::new();
        bytes(2, LOCATION.as_bytes(), &mut source);
        bytes(3, &packed(&line_ends(&self.0)), &mut source);
        let mut message = Vec::new();
        bytes(4, &root.0, &mut message);
        bytes(5, &source, &mut message);
        Some(message)
    }
}

/// Where each line ends, counted in characters with its line break.
fn line_ends(text: &str) -> Vec<u64> {
    let mut end = 0;
    let lengths = text.split('\n').map(|line| line.chars().count() as u64 + 1);
    lengths
        .map(|length| {
            end += length;
            end
        })
        .collect()
}

fn packed(numbers: &[u64]) -> Vec<u8> {
    let mut out = Vec::new();
    numbers.iter().for_each(|number| prost::encoding::encode_varint(*number, &mut out));
    out
}

/// Gives nodes their numbers, in the order in which upstream's parser meets them.
struct Tree {
    last: u64,
}

/// An `Expr`, encoded.
struct Node(Vec<u8>);

impl Tree {
    fn id(&mut self) -> u64 {
        self.last += 1;
        self.last
    }

    fn expr(&mut self, expr: &Expr) -> Option<Node> {
        Some(match &expr.kind {
            ExprKind::Literal(literal) => node(self.id(), 3, &constant(literal)),
            ExprKind::Name { name, global } => {
                let name = if *global { format!(".{name}") } else { name.clone() };
                node(self.id(), 4, &text(1, &name))
            }
            ExprKind::Select { operand, field, optional: false } => {
                let operand = self.expr(operand)?;
                node(self.id(), 5, &select(&operand, field, false))
            }
            ExprKind::Has { operand, field } => {
                // The call and the field inside have numbers that the tree no longer shows.
                self.id();
                let operand = self.expr(operand)?;
                self.id();
                node(self.id(), 5, &select(&operand, field, true))
            }
            ExprKind::Index { operand, index, optional: false } => {
                let operand = self.expr(operand)?;
                let id = self.id();
                let index = self.expr(index)?;
                call(id, "_[_]", None, &[operand, index])
            }
            ExprKind::Call { function, target: None, arguments } => {
                let id = self.id();
                let arguments = self.all(arguments)?;
                call(id, function, None, &arguments)
            }
            ExprKind::Call { function, target: Some(target), arguments } => {
                let target = self.expr(target)?;
                let id = self.id();
                let arguments = self.all(arguments)?;
                call(id, function, Some(&target), &arguments)
            }
            ExprKind::Unary { op, operand } => {
                let id = self.id();
                call(id, unary(*op), None, &[self.expr(operand)?])
            }
            ExprKind::Binary { op, left, right } => {
                let left = self.expr(left)?;
                let id = self.id();
                let right = self.expr(right)?;
                call(id, binary(*op), None, &[left, right])
            }
            ExprKind::Logic { op, terms } => self.logic(*op, terms)?,
            ExprKind::Conditional { condition, yes, no } => {
                let condition = self.expr(condition)?;
                let id = self.id();
                let (yes, no) = (self.expr(yes)?, self.expr(no)?);
                call(id, "_?_:_", None, &[condition, yes, no])
            }
            ExprKind::List(elements) => {
                let id = self.id();
                let mut list = Vec::new();
                for element in elements {
                    bytes(1, &self.expr(&element.value)?.0, &mut list);
                }
                node(id, 7, &list)
            }
            ExprKind::Map(entries) => {
                let id = self.id();
                let mut map = Vec::new();
                for entry in entries {
                    bytes(2, &self.entry(entry)?, &mut map);
                }
                node(id, 8, &map)
            }
            ExprKind::Select { .. }
            | ExprKind::Index { .. }
            | ExprKind::Message { .. }
            | ExprKind::Comprehension { .. } => return None,
        })
    }

    fn all(&mut self, all: &[Expr]) -> Option<Vec<Node>> {
        all.iter().map(|one| self.expr(one)).collect()
    }

    fn entry(&mut self, entry: &Entry) -> Option<Vec<u8>> {
        let mut out = Vec::new();
        varint(1, self.id(), &mut out);
        let key = self.expr(&entry.key)?;
        // Upstream's encoder writes the key, which is one of several kinds, behind the rest.
        bytes(4, &self.expr(&entry.value)?.0, &mut out);
        bytes(3, &key.0, &mut out);
        Some(out)
    }

    /// A chain of `&&` or `||`, which upstream's parser makes a tree of even depth.
    fn logic(&mut self, op: LogicOp, terms: &[Expr]) -> Option<Node> {
        let name = match op {
            LogicOp::And => "_&&_",
            LogicOp::Or => "_||_",
        };
        let mut nodes: Vec<Option<Node>> = Vec::new();
        let mut ids = Vec::new();
        for (index, term) in terms.iter().enumerate() {
            nodes.push(Some(self.expr(term)?));
            // The number of an operator comes after the term behind it.
            if index > 0 {
                ids.push(self.id());
            }
        }
        balanced(name, &mut nodes, &ids, 0)
    }
}

/// The tree of these operators; `first` is the place of the first term.
fn balanced(name: &str, terms: &mut [Option<Node>], ids: &[u64], first: usize) -> Option<Node> {
    let Some(last) = ids.len().checked_sub(1) else { return terms.get_mut(first)?.take() };
    let middle = last.div_ceil(2);
    let left = balanced(name, terms, &ids[..middle], first)?;
    let right = balanced(name, terms, &ids[middle + 1..], first + middle + 1)?;
    Some(call(ids[middle], name, None, &[left, right]))
}

fn node(id: u64, kind: u32, content: &[u8]) -> Node {
    let mut out = Vec::new();
    varint(2, id, &mut out);
    bytes(kind, content, &mut out);
    Node(out)
}

fn text(number: u32, text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    some_bytes(number, text.as_bytes(), &mut out);
    out
}

fn select(operand: &Node, field: &str, test_only: bool) -> Vec<u8> {
    let mut out = Vec::new();
    bytes(1, &operand.0, &mut out);
    bytes(2, field.as_bytes(), &mut out);
    if test_only {
        varint(3, 1, &mut out);
    }
    out
}

fn call(id: u64, function: &str, target: Option<&Node>, arguments: &[Node]) -> Node {
    let mut out = Vec::new();
    if let Some(target) = target {
        bytes(1, &target.0, &mut out);
    }
    bytes(2, function.as_bytes(), &mut out);
    arguments.iter().for_each(|argument| bytes(3, &argument.0, &mut out));
    node(id, 6, &out)
}

/// A `Constant`: the number of its field is its type.
fn constant(literal: &Literal) -> Vec<u8> {
    let mut out = Vec::new();
    match literal {
        Literal::Null => varint(1, 0, &mut out),
        Literal::Bool(value) => varint(2, u64::from(*value), &mut out),
        Literal::Int(value) => varint(3, value.cast_unsigned(), &mut out),
        Literal::Uint(value) => varint(4, *value, &mut out),
        Literal::Double(value) => {
            encode_key(5, WireType::SixtyFourBit, &mut out);
            out.extend_from_slice(&value.to_le_bytes());
        }
        Literal::String(value) => bytes(6, value.as_bytes(), &mut out),
        Literal::Bytes(value) => bytes(7, value, &mut out),
    }
    out
}

fn unary(op: UnaryOp) -> &'static str {
    match op {
        UnaryOp::Not => "!_",
        UnaryOp::Negate => "-_",
    }
}

fn binary(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::Equal => "_==_",
        BinaryOp::NotEqual => "_!=_",
        BinaryOp::Less => "_<_",
        BinaryOp::LessOrEqual => "_<=_",
        BinaryOp::Greater => "_>_",
        BinaryOp::GreaterOrEqual => "_>=_",
        BinaryOp::In => "@in",
        BinaryOp::Add => "_+_",
        BinaryOp::Subtract => "_-_",
        BinaryOp::Multiply => "_*_",
        BinaryOp::Divide => "_/_",
        BinaryOp::Remainder => "_%_",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each expression with the field `expr` (tag `22`) of the message that upstream's encoder writes of it.
    const TREES: &str = include_str!("../../testdata/expressions.txt");

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    #[test]
    fn trees_are_numbered_and_encoded_as_upstreams() {
        let mut compared = 0;
        for line in TREES.lines().filter(|line| !line.starts_with('#')) {
            let (tree, text) = line.split_once(' ').expect("a tree and an expression");
            let message = Expression(text.to_owned()).message().expect("it can be sent");
            assert!(hex(&message).starts_with(tree), "{text}\n{tree}\n{}", hex(&message));
            compared += 1;
        }
        assert!(compared > 10, "{compared} expressions");
    }

    #[test]
    fn the_source_has_its_name_and_the_ends_of_its_lines() {
        let message = hex(&Expression("true".to_owned()).message().expect("it can be sent"));
        assert_eq!(message, "220610011a0210012a0c12073c696e7075743e1a0105");
        assert_eq!(line_ends("a &&\nö"), [5, 7]);
    }

    #[test]
    fn what_no_client_can_print_is_not_sent() {
        for text in ["disk.symlinks.exists(s, s == \"a\")", "not an expression (", "a.B{c: 1}"] {
            let mut out = Vec::new();
            Expression(text.to_owned()).encode(1, &mut out);
            assert_eq!(out, [0x0a, 0], "{text}");
        }
    }
}
