use super::{Parsed, Parser};
use crate::{
    ast::{Expr, ExprKind, Macro},
    problem::Problem,
};

/// The name under which macros collect their result.
const RESULT: &str = "__result__";

impl Parser<'_> {
    /// A value and what hangs on it: `.field`, `.function(…)`, `[index]`.
    pub(super) fn member(&mut self) -> Parsed {
        let mut expr = self.primary()?;
        loop {
            if self.take(".") {
                let optional = self.optional()?;
                let at = self.here();
                let name = self.name("the name of a field or function")?;
                if !optional && self.take("(") {
                    let arguments = self.arguments()?;
                    expr = self.method(at, name, expr, arguments)?;
                    continue;
                }
                let (operand, field) = (Box::new(expr), name.to_owned());
                expr = self.node(at, ExprKind::Select { operand, field, optional })?;
                continue;
            }
            let at = self.here();
            if !self.take("[") {
                return Ok(expr);
            }
            let optional = self.optional()?;
            let index = Box::new(self.expression()?);
            self.expect("]", "an operator or ]")?;
            expr = self.node(at, ExprKind::Index { operand: Box::new(expr), index, optional })?;
        }
    }

    /// Up to the closing parenthesis.
    pub(super) fn arguments(&mut self) -> Result<Vec<Expr>, Problem> {
        let mut arguments = Vec::new();
        if self.take(")") {
            return Ok(arguments);
        }
        loop {
            arguments.push(self.expression()?);
            if self.take(")") {
                return Ok(arguments);
            }
            self.expect(",", "an operator, a comma or )")?;
        }
    }

    /// A call without target: `has` is a macro.
    pub(super) fn function(&self, at: usize, name: &str, mut arguments: Vec<Expr>) -> Parsed {
        if let ("has", [tested]) = (name, arguments.as_mut_slice()) {
            let place = tested.at;
            let ExprKind::Select { operand, field, optional: false } = tested.take_kind() else {
                return Err(Problem::new(self.source, place, "has() wants a field, as has(a.b)"));
            };
            return self.node(place, ExprKind::Has { operand, field });
        }
        self.node(at, ExprKind::Call { function: name.to_owned(), target: None, arguments })
    }

    /// A call with a target: a macro when name and number of arguments are those of one.
    fn method(&self, at: usize, name: &str, target: Expr, mut arguments: Vec<Expr>) -> Parsed {
        let kind = match (name, arguments.len()) {
            ("all", 2) => Some(Macro::All),
            ("exists", 2) => Some(Macro::Exists),
            ("exists_one", 2) => Some(Macro::ExistsOne),
            ("map", 2 | 3) => Some(Macro::Map),
            ("filter", 2) => Some(Macro::Filter),
            ("optMap", 2) if self.syntax.optional => Some(Macro::OptionalMap),
            ("optFlatMap", 2) if self.syntax.optional => Some(Macro::OptionalFlatMap),
            _ => None,
        };
        let target = Box::new(target);
        let (Some(kind), Some(body)) = (kind, if kind.is_some() { arguments.pop() } else { None }) else {
            return self.node(at, ExprKind::Call { function: name.to_owned(), target: Some(target), arguments });
        };
        let filter = if arguments.len() > 1 { arguments.pop().map(Box::new) } else { None };
        let variable = match arguments.pop() {
            Some(Expr { kind: ExprKind::Name { name, global: false }, .. }) if name != RESULT => name,
            other => {
                let place = other.map_or(at, |other| other.at);
                let message = format!("{name}() wants a new name as its first argument");
                return Err(Problem::new(self.source, place, message));
            }
        };
        self.node(at, ExprKind::Comprehension { kind, range: target, variable, filter, body: Box::new(body) })
    }
}
