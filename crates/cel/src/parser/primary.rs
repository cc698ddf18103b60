use super::{Parsed, Parser};
use crate::{
    ast::{Element, Entry, ExprKind, Field, Literal},
    lexer::Token,
    problem::Problem,
};

/// Words of other languages: they name no variable and no function.
const RESERVED: [&str; 17] = [
    "as",
    "break",
    "const",
    "continue",
    "else",
    "for",
    "function",
    "if",
    "import",
    "let",
    "loop",
    "package",
    "namespace",
    "return",
    "var",
    "void",
    "while",
];

impl Parser<'_> {
    /// A literal, a name, a call, a list, a map, a message, or something in parentheses.
    pub(super) fn primary(&mut self) -> Parsed {
        let at = self.here();
        let negative = self.at_negative_number() && self.take("-");
        let token = self.peek().clone();
        if let Token::Name(_) | Token::Symbol(".") = token {
            return self.named();
        }
        self.next += 1;
        let literal = match token {
            Token::Int(digits) => Literal::Int(self.int(at, digits, negative)?),
            Token::Uint(digits) => Literal::Uint(self.uint(at, digits)?),
            Token::Double(text) => Literal::Double(self.double(at, text, negative)?),
            Token::String(text) => Literal::String(text),
            Token::Bytes(bytes) => Literal::Bytes(bytes),
            Token::Symbol("true") => Literal::Bool(true),
            Token::Symbol("false") => Literal::Bool(false),
            Token::Symbol("null") => Literal::Null,
            Token::Symbol("(") => {
                let inner = self.expression()?;
                self.expect(")", "an operator or )")?;
                return Ok(inner);
            }
            Token::Symbol("[") => return self.list(at),
            Token::Symbol("{") => return self.map(at),
            _ => {
                self.next -= 1;
                return Err(self.unexpected("a value"));
            }
        };
        self.node(at, ExprKind::Literal(literal))
    }

    /// A name, with a dot before it or not, and what makes it a call or a message.
    fn named(&mut self) -> Parsed {
        let global = self.take(".");
        if let Some(length) = self.message_name() {
            return self.message(global, length);
        }
        let at = self.here();
        let name = self.name("a name")?;
        if RESERVED.contains(&name) {
            return Err(Problem::new(self.source, at, format!("{name:?} is reserved and names nothing")));
        }
        if self.take("(") {
            let arguments = self.arguments()?;
            if global {
                // Only without the dot it is a macro.
                return self.node(at, ExprKind::Call { function: name.to_owned(), target: None, arguments });
            }
            return self.function(at, name, arguments);
        }
        self.node(at, ExprKind::Name { name: name.to_owned(), global })
    }

    /// How many tokens the name of a message has, when one begins here.
    fn message_name(&self) -> Option<usize> {
        let token = |ahead: usize| self.tokens.get(self.next + ahead).map(|(token, _)| token);
        let mut length = 0;
        while let Some(Token::Name(_)) = token(length) {
            match token(length + 1) {
                Some(Token::Symbol(".")) => length += 2,
                Some(Token::Symbol("{")) => return Some(length + 1),
                _ => return None,
            }
        }
        None
    }

    fn message(&mut self, global: bool, length: usize) -> Parsed {
        let at = self.here();
        let mut name = String::from(if global { "." } else { "" });
        for (token, _) in self.tokens.iter().skip(self.next).take(length) {
            name.push_str(if let Token::Name(part) = token { part } else { "." });
        }
        // Behind the name and the brace.
        self.next += length + 1;
        let mut fields = Vec::new();
        while !self.closes("}", fields.is_empty()) {
            let optional = self.optional()?;
            let name = self.name("the name of a field")?.to_owned();
            self.expect(":", "a colon and the field's value")?;
            fields.push(Field { optional, name, value: self.expression()? });
            self.separated("}")?;
        }
        self.node(at, ExprKind::Message { name, fields })
    }

    fn list(&mut self, at: usize) -> Parsed {
        let mut elements = Vec::new();
        while !self.closes("]", elements.is_empty()) {
            let optional = self.optional()?;
            elements.push(Element { optional, value: self.expression()? });
            self.separated("]")?;
        }
        self.node(at, ExprKind::List(elements))
    }

    fn map(&mut self, at: usize) -> Parsed {
        let mut entries = Vec::new();
        while !self.closes("}", entries.is_empty()) {
            let optional = self.optional()?;
            let key = self.expression()?;
            self.expect(":", "a colon and the value of the key")?;
            entries.push(Entry { optional, key, value: self.expression()? });
            self.separated("}")?;
        }
        self.node(at, ExprKind::Map(entries))
    }

    /// Moves behind the closing bracket; an empty pair may hold a comma.
    fn closes(&mut self, closing: &str, empty: bool) -> bool {
        let begin = self.next;
        if empty {
            self.take(",");
        }
        let closed = self.take(closing);
        if !closed {
            self.next = begin;
        }
        closed
    }

    /// A comma, or nothing before the closing bracket.
    fn separated(&mut self, closing: &str) -> Result<(), Problem> {
        let at_end = matches!(self.peek(), Token::Symbol(symbol) if *symbol == closing);
        if at_end || self.take(",") {
            Ok(())
        } else {
            Err(self.unexpected(&format!("an operator, a comma or {closing}")))
        }
    }

    fn int(&self, at: usize, digits: &str, negative: bool) -> Result<i64, Problem> {
        let sign = if negative { "-" } else { "" };
        let value = match digits.strip_prefix("0x") {
            Some(digits) => i64::from_str_radix(&format!("{sign}{digits}"), 16),
            None => format!("{sign}{digits}").parse(),
        };
        value.map_err(|_| {
            let hint = "; a number without sign is written with a u behind it";
            let hint = if negative { "" } else { hint };
            Problem::new(self.source, at, format!("an int is between {} and {}{hint}", i64::MIN, i64::MAX))
        })
    }

    fn uint(&self, at: usize, digits: &str) -> Result<u64, Problem> {
        let value = match digits.strip_prefix("0x") {
            Some(digits) => u64::from_str_radix(digits, 16),
            None => digits.parse(),
        };
        value.map_err(|_| Problem::new(self.source, at, format!("a uint is at most {}", u64::MAX)))
    }

    fn double(&self, at: usize, text: &str, negative: bool) -> Result<f64, Problem> {
        let value = text.parse().ok().filter(|value: &f64| value.is_finite());
        let value = value.ok_or_else(|| Problem::new(self.source, at, "this number is too large for a double"))?;
        Ok(if negative { -value } else { value })
    }
}
