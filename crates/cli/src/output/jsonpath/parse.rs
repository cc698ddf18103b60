//! From text to steps.

use serde_json::Value;

use super::filter::{Filter, Operator};
use super::{Node, Step};

type Parsed<T> = Result<T, String>;

/// What is between a pair of braces.
enum Action {
    Path(Vec<Step>),
    Range(Vec<Step>),
    End,
}

/// Reads a whole template.
pub(super) fn template(template: &str) -> Parsed<Vec<Node>> {
    let mut cursor = Cursor { rest: template };
    // The nodes of each open range, and where it leads; the outermost has none.
    let mut open: Vec<(Vec<Step>, Vec<Node>)> = vec![(Vec::new(), Vec::new())];
    while !cursor.rest.is_empty() {
        let text = cursor.until(|c| c == '{');
        let mut nodes = Vec::new();
        if !text.is_empty() {
            nodes.push(Node::Path(vec![literal(text)]));
        }
        if cursor.eat('{') {
            match cursor.action()? {
                Action::Path(steps) => nodes.push(Node::Path(steps)),
                Action::Range(steps) => {
                    last(&mut open)?.append(&mut nodes);
                    open.push((steps, Vec::new()));
                }
                Action::End => {
                    let (steps, mut body) = open.pop().filter(|_| !open.is_empty()).ok_or("{end} without {range}")?;
                    body.append(&mut nodes);
                    nodes.push(Node::Range(steps, body));
                }
            }
        }
        last(&mut open)?.append(&mut nodes);
    }
    match open.pop() {
        Some((_, nodes)) if open.is_empty() => Ok(nodes),
        _ => Err("{end} is missing".into()),
    }
}

fn last(open: &mut [(Vec<Step>, Vec<Node>)]) -> Parsed<&mut Vec<Node>> {
    open.last_mut().map(|(_, nodes)| nodes).ok_or_else(|| "{end} without {range}".to_owned())
}

/// Steps alone, as in filters and unions.
fn steps(text: &str) -> Parsed<Vec<Step>> {
    let mut steps = Vec::new();
    let mut cursor = Cursor { rest: text };
    while !cursor.rest.is_empty() {
        cursor.step(&mut steps)?;
    }
    Ok(steps)
}

fn literal(text: impl Into<Value>) -> Step {
    Step::Literal(text.into())
}

struct Cursor<'t> {
    rest: &'t str,
}

impl<'t> Cursor<'t> {
    fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.rest = &self.rest[c.len_utf8()..];
        Some(c)
    }

    fn eat(&mut self, wanted: char) -> bool {
        let there = self.peek() == Some(wanted);
        if there {
            self.next();
        }
        there
    }

    fn until(&mut self, stop: impl Fn(char) -> bool) -> &'t str {
        let (text, rest) = self.rest.split_at(self.rest.find(stop).unwrap_or(self.rest.len()));
        self.rest = rest;
        text
    }

    fn action(&mut self) -> Parsed<Action> {
        self.until(|c| c != ' ');
        if self.keyword("end") {
            self.until(|c| c != ' ');
            return if self.eat('}') { Ok(Action::End) } else { Err("nothing follows end".into()) };
        }
        let range = self.keyword("range");
        let mut path = Vec::new();
        while !self.eat('}') {
            if matches!(self.peek(), None | Some('\n')) {
                return Err("a closing brace is missing".into());
            }
            self.step(&mut path)?;
        }
        Ok(if range { Action::Range(path) } else { Action::Path(path) })
    }

    fn keyword(&mut self, word: &str) -> bool {
        match self.rest.strip_prefix(word) {
            Some(rest) if !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_') => {
                self.rest = rest;
                true
            }
            _ => false,
        }
    }

    fn step(&mut self, steps: &mut Vec<Step>) -> Parsed<()> {
        match self.peek() {
            // The value at hand.
            Some(' ' | '\t' | '@' | '$') => drop(self.next()),
            Some('[') => {
                let inner = self.brackets()?;
                steps.push(bracket(inner.trim())?);
            }
            Some('"' | '\'') => steps.push(literal(self.quoted()?)),
            Some('.') if self.rest.starts_with("..") => {
                if steps.last() == Some(&Step::Descend) {
                    return Err("`..` is there twice".into());
                }
                self.rest = &self.rest[2..];
                steps.push(Step::Descend);
                if self.peek().is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '*') {
                    self.field(steps);
                }
            }
            Some('.') => {
                self.next();
                self.field(steps);
            }
            Some('+' | '-' | '0'..='9') => {
                let word = self.until(|c| !matches!(c, '+' | '-' | '.' | '0'..='9'));
                let number = word.trim_start_matches('+').parse::<serde_json::Number>();
                steps.push(literal(number.map_err(|_| format!("{word} is not a number"))?));
            }
            Some(_) if self.keyword("true") => steps.push(literal(true)),
            Some(_) if self.keyword("false") => steps.push(literal(false)),
            _ => return Err(format!("{:?} does not begin with a dot", self.rest.trim_end_matches('}'))),
        }
        Ok(())
    }

    /// A field up to the next sign that means something; a backslash takes the meaning away.
    fn field(&mut self, steps: &mut Vec<Step>) {
        let mut name = String::new();
        while let Some(c) = self.peek() {
            if matches!(c, ' ' | '\t' | '\r' | '\n' | '.' | ',' | '[' | ']' | '$' | '@' | '{' | '}') {
                break;
            }
            self.next();
            name.extend(if c == '\\' { self.next() } else { Some(c) });
        }
        match name.as_str() {
            // `{.}` is the value at hand.
            "" => {}
            "*" => steps.push(Step::All),
            _ => steps.push(Step::Field(name)),
        }
    }

    /// What stands between brackets; those inside quotes are text.
    fn brackets(&mut self) -> Parsed<&'t str> {
        let mut quote = None;
        let mut escaped = false;
        for (at, c) in self.rest.char_indices().skip(1) {
            match (c, quote) {
                (']', None) => {
                    let inner = &self.rest[1..at];
                    self.rest = &self.rest[at + 1..];
                    return Ok(inner);
                }
                ('"' | '\'', None) => quote = Some(c),
                (c, Some(open)) if c == open && !escaped => quote = None,
                _ => {}
            }
            escaped = c == '\\' && !escaped;
        }
        Err("a closing bracket is missing".into())
    }

    /// A text in quotes, with `\n`, `\t` and the like.
    fn quoted(&mut self) -> Parsed<String> {
        let open = self.next();
        let mut text = String::new();
        while let Some(c) = self.next() {
            match c {
                _ if Some(c) == open => return Ok(text),
                '\\' => text.push(match self.next() {
                    Some('n') => '\n',
                    Some('t') => '\t',
                    Some('r') => '\r',
                    Some(other) => other,
                    None => break,
                }),
                _ => text.push(c),
            }
        }
        Err("a closing quote is missing".into())
    }
}

/// The step between brackets.
fn bracket(inner: &str) -> Parsed<Step> {
    if let Some(test) = inner.strip_prefix('?') {
        let test = test.trim().strip_prefix('(').and_then(|test| test.strip_suffix(')'));
        return filter(test.ok_or("a filter is written [?(…)]")?).map(|filter| Step::Filter(Box::new(filter)));
    }
    let parts = outside_quotes(inner, |c| c == ',');
    if parts.len() > 1 {
        let paths = parts.into_iter().map(|part| Ok(vec![bracket(part.trim())?]));
        return Ok(Step::Union(paths.collect::<Parsed<_>>()?));
    }
    if inner == "*" {
        return Ok(Step::All);
    }
    if let Some(key) = unquoted(inner) {
        return Ok(Step::Quoted(key.replace('\\', ""), steps(&format!(".{key}"))?));
    }
    slice(inner).ok_or_else(|| format!("[{inner}] is neither a number, a slice, a key in quotes nor *"))
}

fn unquoted(text: &str) -> Option<&str> {
    ['"', '\''].into_iter().find_map(|quote| text.strip_prefix(quote)?.strip_suffix(quote))
}

fn slice(inner: &str) -> Option<Step> {
    let bound = |part: &str| if part.is_empty() { Some(None) } else { part.trim().parse::<isize>().ok().map(Some) };
    match inner.split(':').collect::<Vec<_>>().as_slice() {
        [index] => index.parse().ok().map(Step::Index),
        [from, to] => Some(Step::Slice(bound(from)?, bound(to)?, 1)),
        [from, to, ""] => Some(Step::Slice(bound(from)?, bound(to)?, 1)),
        [from, to, step] => {
            let step = step.parse().ok().filter(|step| *step > 0)?;
            Some(Step::Slice(bound(from)?, bound(to)?, step))
        }
        _ => None,
    }
}

fn filter(test: &str) -> Parsed<Filter> {
    let is_sign = |c| matches!(c, '=' | '!' | '<' | '>');
    let Some(left) = outside_quotes(test, is_sign).first().copied().filter(|left| left.len() < test.len()) else {
        return Ok(Filter { left: steps(test)?, comparison: None });
    };
    let rest = &test[left.len()..];
    let (sign, right) = rest.split_at(rest.find(|c| !is_sign(c)).unwrap_or(rest.len()));
    let operator = Operator::parse(sign).ok_or_else(|| format!("{sign} is no comparison"))?;
    Ok(Filter { left: steps(left.trim())?, comparison: Some((operator, steps(right.trim())?)) })
}

/// Splits at signs that are not in quotes.
fn outside_quotes(text: &str, sign: impl Fn(char) -> bool) -> Vec<&str> {
    let (mut parts, mut start, mut quote) = (Vec::new(), 0, None);
    for (at, c) in text.char_indices() {
        match quote {
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if c == '"' || c == '\'' => quote = Some(c),
            None if sign(c) => {
                parts.push(&text[start..at]);
                start = at + c.len_utf8();
            }
            None => {}
        }
    }
    parts.push(&text[start..]);
    parts
}
