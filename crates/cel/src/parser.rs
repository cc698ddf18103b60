//! From text to expression, by recursive descent.

mod member;
mod primary;

use crate::{
    ast::{BinaryOp, Expr, ExprKind, LogicOp, UnaryOp},
    lexer::{Token, tokens},
    problem::Problem,
};

/// The longest text that is read, in bytes.
pub const LONGEST: usize = 100_000;
/// How many expressions may stand in each other: what a thread with a small stack bears.
const DEEPEST: usize = 64;

/// What of the language may be used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Syntax {
    /// Optional values: `a.?b`, `a[?b]`, `[?a]`, `{?a: b}`, `a.optMap(b, c)`.
    pub optional: bool,
}

/// Reads an expression.
///
/// # Errors
///
/// The first thing in the text that has no meaning.
pub fn parse(source: &str, syntax: Syntax) -> Result<Expr, Problem> {
    if source.len() > LONGEST {
        return Err(Problem::new(
            source,
            0,
            format!("an expression has at most {LONGEST} bytes, this one {}", source.len()),
        ));
    }
    let mut parser = Parser { source, tokens: tokens(source)?, next: 0, nesting: 0, syntax };
    let expr = parser.expression()?;
    match parser.peek() {
        Token::End => Ok(expr),
        _ => Err(parser.unexpected("an operator or the end")),
    }
}

struct Parser<'a> {
    source: &'a str,
    /// The last is the end.
    tokens: Vec<(Token<'a>, usize)>,
    next: usize,
    nesting: usize,
    syntax: Syntax,
}

type Parsed = Result<Expr, Problem>;

impl<'a> Parser<'a> {
    /// `condition ? yes : no`, and all that binds closer. The `yes` is no further one without parentheses.
    fn expression(&mut self) -> Parsed {
        self.nesting += 1;
        if self.nesting > DEEPEST {
            return Err(self.too_deep(self.here()));
        }
        let condition = self.binary(0)?;
        let at = self.here();
        let result = if self.take("?") {
            let yes = self.binary(0)?;
            self.expect(":", "the : of the condition")?;
            let no = self.expression()?;
            let [condition, yes, no] = [condition, yes, no].map(Box::new);
            self.node(at, ExprKind::Conditional { condition, yes, no })
        } else {
            Ok(condition)
        };
        self.nesting -= 1;
        result
    }

    /// A chain of operators that bind at least as close as `least`; all group from the left.
    fn binary(&mut self, least: u8) -> Parsed {
        let mut left = self.unary()?;
        // The operator of the chain that is `left` so far.
        let mut chain = None;
        while let Some((symbol, binding)) = self.operator().filter(|(_, binding)| *binding >= least) {
            let at = self.here();
            self.next += 1;
            let right = self.binary(binding + 1)?;
            if let Some(op) = BinaryOp::from_symbol(symbol) {
                let [left_side, right] = [left, right].map(Box::new);
                left = self.node(at, ExprKind::Binary { op, left: left_side, right })?;
                continue;
            }
            if chain == Some(symbol) {
                left.push_term(right);
                continue;
            }
            chain = Some(symbol);
            let op = if symbol == "&&" { LogicOp::And } else { LogicOp::Or };
            left = self.node(at, ExprKind::Logic { op, terms: vec![left, right] })?;
        }
        Ok(left)
    }

    /// The operator that comes next, and how close it binds.
    fn operator(&self) -> Option<(&'static str, u8)> {
        let Token::Symbol(symbol) = self.peek() else { return None };
        let binding = match *symbol {
            "||" => 0,
            "&&" => 1,
            "==" | "!=" | "<" | "<=" | ">" | ">=" | "in" => 2,
            "+" | "-" => 3,
            "*" | "/" | "%" => 4,
            _ => return None,
        };
        Some((symbol, binding))
    }

    /// Any number of `!`, or of `-`, but not of both. Two of them are none.
    fn unary(&mut self) -> Parsed {
        let at = self.here();
        let op = match self.peek() {
            Token::Symbol("!") => UnaryOp::Not,
            Token::Symbol("-") if !self.at_negative_number() => UnaryOp::Negate,
            _ => return self.member(),
        };
        let mut count = 0_usize;
        while self.take(op.symbol()) {
            count += 1;
        }
        let operand = self.member()?;
        if count.is_multiple_of(2) {
            return Ok(operand);
        }
        self.node(at, ExprKind::Unary { op, operand: Box::new(operand) })
    }

    /// A single `-` that belongs to a number.
    fn at_negative_number(&self) -> bool {
        let [first, second] = [0, 1].map(|ahead| self.tokens.get(self.next + ahead).map(|(token, _)| token));
        matches!(first, Some(Token::Symbol("-"))) && matches!(second, Some(Token::Int(_) | Token::Double(_)))
    }

    fn node(&self, at: usize, kind: ExprKind) -> Parsed {
        let expr = Expr::new(at, kind);
        if expr.depth() > DEEPEST { Err(self.too_deep(at)) } else { Ok(expr) }
    }

    fn too_deep(&self, at: usize) -> Problem {
        Problem::new(self.source, at, format!("more than {DEEPEST} expressions stand in each other"))
    }

    fn peek(&self) -> &Token<'a> {
        self.tokens.get(self.next).map_or(&Token::End, |(token, _)| token)
    }

    /// The byte at which the next token begins.
    fn here(&self) -> usize {
        self.tokens.get(self.next).map_or(self.source.len(), |(_, at)| *at)
    }

    /// Moves behind a symbol when it comes next.
    fn take(&mut self, symbol: &str) -> bool {
        let found = matches!(self.peek(), Token::Symbol(found) if *found == symbol);
        self.next += usize::from(found);
        found
    }

    fn expect(&mut self, symbol: &str, wanted: &str) -> Result<(), Problem> {
        if self.take(symbol) { Ok(()) } else { Err(self.unexpected(wanted)) }
    }

    /// A field's name: any that is no keyword.
    fn name(&mut self, wanted: &str) -> Result<&'a str, Problem> {
        let &Token::Name(name) = self.peek() else { return Err(self.unexpected(wanted)) };
        self.next += 1;
        Ok(name)
    }

    /// After a `?` that asks for optional values.
    fn optional(&mut self) -> Result<bool, Problem> {
        let at = self.here();
        let found = self.take("?");
        if found && !self.syntax.optional {
            return Err(Problem::new(self.source, at, "this expression knows no optional values"));
        }
        Ok(found)
    }

    fn unexpected(&self, wanted: &str) -> Problem {
        let found = match self.peek() {
            Token::Name(name) => format!("{name:?}"),
            Token::Symbol(symbol) => format!("{symbol:?}"),
            Token::Int(_) | Token::Uint(_) | Token::Double(_) => "a number".to_owned(),
            Token::String(_) => "a text".to_owned(),
            Token::Bytes(_) => "bytes".to_owned(),
            Token::End => "the end".to_owned(),
        };
        Problem::new(self.source, self.here(), format!("found {found}, wanted {wanted}"))
    }
}
