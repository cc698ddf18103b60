//! From expression to text: what is read back from it is equal.

use std::fmt::{self, Display, Formatter, Write as _};

use crate::ast::{BinaryOp, Expr, ExprKind, Literal, LogicOp, UnaryOp};

/// How close an expression binds; a looser one stands in parentheses.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Binding {
    Conditional,
    Or,
    And,
    Relation,
    Sum,
    Product,
    Unary,
    Member,
}

impl Display for Expr {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write_expr(self, f, Binding::Conditional)
    }
}

fn binding(expr: &Expr) -> Binding {
    match &expr.kind {
        ExprKind::Conditional { .. } => Binding::Conditional,
        ExprKind::Logic { op: LogicOp::Or, .. } => Binding::Or,
        ExprKind::Logic { op: LogicOp::And, .. } => Binding::And,
        ExprKind::Binary { op, .. } => match op {
            BinaryOp::Add | BinaryOp::Subtract => Binding::Sum,
            BinaryOp::Multiply | BinaryOp::Divide | BinaryOp::Remainder => Binding::Product,
            _ => Binding::Relation,
        },
        ExprKind::Unary { .. } => Binding::Unary,
        ExprKind::Literal(Literal::Int(value)) if *value < 0 => Binding::Unary,
        ExprKind::Literal(Literal::Double(value)) if value.is_sign_negative() => Binding::Unary,
        _ => Binding::Member,
    }
}

fn begins_with_number(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Literal(literal) => matches!(literal, Literal::Int(_) | Literal::Double(_)),
        ExprKind::Select { operand, .. } | ExprKind::Index { operand, .. } => begins_with_number(operand),
        ExprKind::Call { target: Some(target), .. } => begins_with_number(target),
        ExprKind::Comprehension { range, .. } => begins_with_number(range),
        _ => false,
    }
}

/// One closer.
fn closer(binding: Binding) -> Binding {
    match binding {
        Binding::Conditional => Binding::Or,
        Binding::Or => Binding::And,
        Binding::And => Binding::Relation,
        Binding::Relation => Binding::Sum,
        Binding::Sum => Binding::Product,
        Binding::Product => Binding::Unary,
        Binding::Unary | Binding::Member => Binding::Member,
    }
}

fn write_expr(expr: &Expr, f: &mut Formatter<'_>, least: Binding) -> fmt::Result {
    let own = binding(expr);
    if own < least {
        f.write_char('(')?;
        write_expr(expr, f, Binding::Conditional)?;
        return f.write_char(')');
    }
    match &expr.kind {
        ExprKind::Literal(literal) => write!(f, "{literal}"),
        ExprKind::Name { name, global } => write!(f, "{}{name}", if *global { "." } else { "" }),
        ExprKind::Select { operand, field, optional } => {
            write_expr(operand, f, Binding::Member)?;
            write!(f, ".{}{field}", mark(*optional))
        }
        ExprKind::Has { operand, field } => {
            f.write_str("has(")?;
            write_expr(operand, f, Binding::Member)?;
            write!(f, ".{field})")
        }
        ExprKind::Index { operand, index, optional } => {
            write_expr(operand, f, Binding::Member)?;
            write!(f, "[{}{index}]", mark(*optional))
        }
        ExprKind::Call { function, target, arguments } => {
            match target {
                Some(target) => {
                    write_expr(target, f, Binding::Member)?;
                    f.write_char('.')?;
                }
                // With its dot it is no macro.
                None if function == "has" && arguments.len() == 1 => f.write_char('.')?,
                None => {}
            }
            write!(f, "{function}(")?;
            write_all(f, arguments)?;
            f.write_char(')')
        }
        ExprKind::Unary { op, operand } => {
            f.write_str(op.symbol())?;
            // A number would take the minus as its own.
            if *op == UnaryOp::Negate && begins_with_number(operand) {
                return write!(f, "({operand})");
            }
            write_expr(operand, f, Binding::Member)
        }
        ExprKind::Binary { op, left, right } => {
            write_expr(left, f, own)?;
            write!(f, " {} ", op.symbol())?;
            write_expr(right, f, closer(own))
        }
        ExprKind::Logic { op, terms } => {
            for (index, term) in terms.iter().enumerate() {
                if index > 0 {
                    write!(f, " {} ", op.symbol())?;
                }
                write_expr(term, f, closer(own))?;
            }
            Ok(())
        }
        ExprKind::Conditional { condition, yes, no } => {
            write_expr(condition, f, Binding::Or)?;
            f.write_str(" ? ")?;
            write_expr(yes, f, Binding::Or)?;
            f.write_str(" : ")?;
            write_expr(no, f, Binding::Conditional)
        }
        ExprKind::List(elements) => {
            f.write_char('[')?;
            write_all(f, elements.iter().map(|element| format!("{}{}", mark(element.optional), element.value)))?;
            f.write_char(']')
        }
        ExprKind::Map(entries) => {
            let entry = |entry: &crate::ast::Entry| format!("{}{}: {}", mark(entry.optional), entry.key, entry.value);
            f.write_char('{')?;
            write_all(f, entries.iter().map(entry))?;
            f.write_char('}')
        }
        ExprKind::Message { name, fields } => {
            let field = |field: &crate::ast::Field| format!("{}{}: {}", mark(field.optional), field.name, field.value);
            write!(f, "{name}{{")?;
            write_all(f, fields.iter().map(field))?;
            f.write_char('}')
        }
        ExprKind::Comprehension { kind, range, variable, filter, body } => {
            write_expr(range, f, Binding::Member)?;
            write!(f, ".{}({variable}, ", kind.name())?;
            if let Some(filter) = filter {
                write!(f, "{filter}, ")?;
            }
            write!(f, "{body})")
        }
    }
}

fn mark(optional: bool) -> &'static str {
    if optional { "?" } else { "" }
}

fn write_all(f: &mut Formatter<'_>, items: impl IntoIterator<Item = impl Display>) -> fmt::Result {
    for (index, item) in items.into_iter().enumerate() {
        let comma = if index > 0 { ", " } else { "" };
        write!(f, "{comma}{item}")?;
    }
    Ok(())
}

impl Display for Literal {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(value) => write!(f, "{value}"),
            Self::Int(value) => write!(f, "{value}"),
            Self::Uint(value) => write!(f, "{value}u"),
            Self::Double(value) => write!(f, "{value:?}"),
            Self::String(text) => {
                f.write_char('"')?;
                for c in text.chars() {
                    match c {
                        '"' | '\\' => write!(f, "\\{c}")?,
                        '\n' => f.write_str("\\n")?,
                        c if c.is_control() => write!(f, "\\u{:04x}", u32::from(c))?,
                        c => f.write_char(c)?,
                    }
                }
                f.write_char('"')
            }
            Self::Bytes(bytes) => {
                f.write_str("b\"")?;
                for byte in bytes {
                    match byte {
                        b'"' | b'\\' => write!(f, "\\{}", char::from(*byte))?,
                        b' '..=b'~' => f.write_char(char::from(*byte))?,
                        byte => write!(f, "\\x{byte:02x}")?,
                    }
                }
                f.write_char('"')
            }
        }
    }
}
