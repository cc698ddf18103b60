//! Which type an expression has, by the rules of CEL: numbers are never turned into each other by themselves; `dyn` fits
//! everywhere and is looked at when the expression is evaluated.

mod bindings;
mod calls;
mod collections;
mod names;

use bindings::Bindings;

use crate::{
    ast::{Expr, ExprKind, Literal, UnaryOp},
    environment::Environment,
    problem::{Problem, Unknown},
    standard,
    types::Type,
};

/// The largest type that is followed.
const HEAVIEST: usize = 1000;
/// Problems of one expression that are told.
const SHOWN: usize = 10;

/// An expression whose types hold.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The expression.
    pub expr: Expr,
    /// What it gives.
    pub result: Type,
}

/// Reads an expression and checks it against the names of an environment.
///
/// # Errors
///
/// The first syntax error, or everything that is wrong with its names and types.
pub fn check(source: &str, environment: &Environment) -> Result<Checked, Vec<Problem>> {
    let syntax = crate::Syntax { optional: environment.optional };
    let expr = crate::parse(source, syntax).map_err(|problem| vec![problem])?;
    let mut checker = Checker {
        source,
        environment,
        bindings: Bindings::new(),
        locals: Vec::new(),
        mixed: false,
        problems: Vec::new(),
    };
    let result = checker.check(&expr);
    let result = checker.bindings.resolve(&result);
    if checker.bindings.exhausted() {
        return Err(vec![Problem::new(source, expr.at, "the types of this expression are too intricate")]);
    }
    if checker.problems.is_empty() { Ok(Checked { expr, result }) } else { Err(checker.problems) }
}

struct Checker<'a> {
    source: &'a str,
    environment: &'a Environment,
    bindings: Bindings,
    /// The variables of the macros around, the innermost last.
    locals: Vec<(String, Type)>,
    /// Numbers of different types have an order. Upstream knows one from the first macro of an expression on, and what is
    /// accepted there is accepted here.
    mixed: bool,
    problems: Vec<Problem>,
}

impl Checker<'_> {
    /// The type of an expression; `Error` when a problem was found.
    fn check(&mut self, expr: &Expr) -> Type {
        if self.problems.len() >= SHOWN || self.bindings.exhausted() {
            return Type::Error;
        }
        let ty = match &expr.kind {
            ExprKind::Literal(literal) => literal_type(literal),
            ExprKind::Name { name, global } => self.name(expr.at, name, *global),
            ExprKind::Select { operand, field, optional } => self.select(expr, operand, field, *optional),
            ExprKind::Has { operand, field } => {
                self.field(expr.at, operand, field, false);
                Type::Bool
            }
            ExprKind::Index { operand, index, optional } => self.index(expr.at, operand, index, *optional),
            ExprKind::Call { function, target, arguments } => {
                self.call(expr.at, function, target.as_deref(), arguments)
            }
            ExprKind::Unary { op, operand } => self.unary(expr.at, *op, operand),
            ExprKind::Binary { op, left, right } => self.binary(expr.at, *op, left, right),
            ExprKind::Logic { op, terms } => {
                let found: Vec<Type> = terms.iter().map(|term| self.check(term)).collect();
                for (term, found) in terms.iter().zip(found) {
                    self.wants_bool(term.at, &found, &format!("{:?} joins what is true or false", op.symbol()));
                }
                Type::Bool
            }
            ExprKind::Conditional { condition, yes, no } => self.conditional(expr.at, condition, yes, no),
            ExprKind::List(elements) => self.list(elements),
            ExprKind::Map(entries) => self.map(entries),
            ExprKind::Message { name, fields } => self.message(expr.at, name, fields),
            ExprKind::Comprehension { kind, range, variable, filter, body } => {
                self.comprehension(expr.at, *kind, range, variable, filter.as_deref(), body)
            }
        };
        if ty.weight(HEAVIEST) >= HEAVIEST {
            return self.problem(expr.at, "the type of this is too large");
        }
        ty
    }

    /// Reports something wrong.
    fn problem(&mut self, at: usize, message: impl Into<String>) -> Type {
        if self.problems.len() < SHOWN {
            self.problems.push(Problem::new(self.source, at, message));
        }
        Type::Error
    }

    /// Reports a name that is not among the known ones.
    fn unknown(&mut self, at: usize, message: String, name: &str, known: Vec<String>) -> Type {
        self.problem(at, message);
        if let Some(problem) = self.problems.last_mut() {
            problem.unknown = Some(Unknown { name: name.to_owned(), known });
        }
        Type::Error
    }

    fn wants_bool(&mut self, at: usize, found: &Type, why: &str) {
        if !self.bindings.assignable(found, &Type::Bool) {
            let found = self.bindings.resolve(found);
            self.problem(at, format!("{why}, found {found}"));
        }
    }

    fn conditional(&mut self, at: usize, condition: &Expr, yes: &Expr, no: &Expr) -> Type {
        let place = condition.at;
        let [condition, yes, no] = [condition, yes, no].map(|part| self.check(part));
        let arguments = [condition, yes, no];
        if let Some(result) = self.overload(standard::CONDITIONAL, false, &arguments) {
            return result;
        }
        let [condition, yes, no] = arguments;
        if !self.bindings.assignable(&condition, &Type::Bool) {
            let found = self.bindings.resolve(&condition);
            return self.problem(place, format!("what stands before ? is true or false, found {found}"));
        }
        let [yes, no] = [yes, no].map(|ty| self.bindings.resolve(&ty));
        self.problem(at, format!("both results of ?: have one type, found {yes} and {no}"))
    }

    fn unary(&mut self, at: usize, op: UnaryOp, operand: &Expr) -> Type {
        let found = [self.check(operand)];
        if let Some(result) = self.overload(standard::unary(op), false, &found) {
            return result;
        }
        let [found] = found.map(|ty| self.bindings.resolve(&ty));
        let wanted = match op {
            UnaryOp::Not => "\"!\" wants what is true or false",
            UnaryOp::Negate => "\"-\" wants an int or a double",
        };
        self.problem(at, format!("{wanted}, found {found}"))
    }
}

fn literal_type(literal: &Literal) -> Type {
    match literal {
        Literal::Null => Type::Null,
        Literal::Bool(_) => Type::Bool,
        Literal::Int(_) => Type::Int,
        Literal::Uint(_) => Type::Uint,
        Literal::Double(_) => Type::Double,
        Literal::String(_) => Type::String,
        Literal::Bytes(_) => Type::Bytes,
    }
}
