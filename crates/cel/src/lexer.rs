use crate::{escape, problem::Problem};

/// A piece of the text.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Token<'a> {
    /// A name that is no keyword.
    Name(&'a str),
    /// A whole number, decimal or as `0x1f`.
    Int(&'a str),
    /// The same, without its `u`.
    Uint(&'a str),
    /// A number with a fraction or an exponent.
    Double(&'a str),
    /// What stands between quotes.
    String(String),
    /// The same after `b`.
    Bytes(Vec<u8>),
    /// Punctuation, an operator, or one of `in`, `true`, `false` and `null`.
    Symbol(&'static str),
    /// The text is over.
    End,
}

/// Longer ones first, where one begins another.
const SYMBOLS: [&str; 24] = [
    "==", "!=", "<=", ">=", "&&", "||", "<", ">", "[", "]", "{", "}", "(", ")", ".", ",", "-", "!", "?", ":", "+", "*",
    "/", "%",
];
const KEYWORDS: [&str; 4] = ["in", "true", "false", "null"];

/// All the pieces with the bytes at which they begin; the last is the end.
pub(crate) fn tokens(source: &str) -> Result<Vec<(Token<'_>, usize)>, Problem> {
    let mut lexer = Lexer { source, at: 0 };
    let mut tokens = Vec::new();
    loop {
        lexer.skip_blanks();
        let at = lexer.at;
        let token = lexer.token()?;
        let is_last = token == Token::End;
        tokens.push((token, at));
        if is_last {
            return Ok(tokens);
        }
    }
}

struct Lexer<'a> {
    source: &'a str,
    at: usize,
}

impl<'a> Lexer<'a> {
    fn rest(&self) -> &'a str {
        self.source.get(self.at..).unwrap_or_default()
    }

    /// Moves behind everything that fits, and gives it.
    fn take_while(&mut self, fits: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let (taken, _) = rest.split_at(rest.find(|c| !fits(c)).unwrap_or(rest.len()));
        self.at += taken.len();
        taken
    }

    fn skip_blanks(&mut self) {
        loop {
            self.take_while(|c| matches!(c, ' ' | '\t' | '\r' | '\n' | '\u{c}'));
            if !self.rest().starts_with("//") {
                return;
            }
            self.take_while(|c| c != '\n');
        }
    }

    fn token(&mut self) -> Result<Token<'a>, Problem> {
        let rest = self.rest();
        let Some(first) = rest.chars().next() else { return Ok(Token::End) };
        let digit_follows = rest.as_bytes().get(1).is_some_and(u8::is_ascii_digit);
        if first.is_ascii_digit() || first == '.' && digit_follows {
            return Ok(self.number());
        }
        if let Some(length) = quote_prefix(rest) {
            return self.quoted(length);
        }
        if first.is_ascii_alphabetic() || first == '_' {
            let name = self.take_while(|c| c.is_ascii_alphanumeric() || c == '_');
            let keyword = KEYWORDS.into_iter().find(|keyword| *keyword == name);
            return Ok(keyword.map_or(Token::Name(name), Token::Symbol));
        }
        match SYMBOLS.into_iter().find(|symbol| rest.starts_with(symbol)) {
            None => {
                let hint = match first {
                    '=' => "; to compare, write ==",
                    '&' => "; wanted &&",
                    '|' => "; wanted ||",
                    _ => "",
                };
                Err(Problem::new(self.source, self.at, format!("{first:?} has no meaning here{hint}")))
            }
            Some(symbol) => {
                self.at += symbol.len();
                Ok(Token::Symbol(symbol))
            }
        }
    }

    fn number(&mut self) -> Token<'a> {
        let start = self.rest();
        let begin = self.at;
        let hexadecimal = start.starts_with("0x") && start.as_bytes().get(2).is_some_and(u8::is_ascii_hexdigit);
        let mut is_double = false;
        if hexadecimal {
            self.at += 2;
            self.take_while(|c| c.is_ascii_hexdigit());
        } else {
            self.take_while(|c| c.is_ascii_digit());
            let rest = self.rest().as_bytes();
            if rest.first() == Some(&b'.') && rest.get(1).is_some_and(u8::is_ascii_digit) {
                is_double = true;
                self.at += 1;
                self.take_while(|c| c.is_ascii_digit());
            }
            if let Some(length) = exponent(self.rest().as_bytes()) {
                is_double = true;
                self.at += length;
                self.take_while(|c| c.is_ascii_digit());
            }
        }
        let text = self.source.get(begin..self.at).unwrap_or_default();
        if is_double {
            return Token::Double(text);
        }
        if self.rest().starts_with(['u', 'U']) {
            self.at += 1;
            return Token::Uint(text);
        }
        Token::Int(text)
    }

    /// A text in quotes, behind a prefix of some length.
    fn quoted(&mut self, prefix: usize) -> Result<Token<'a>, Problem> {
        let begin = self.at;
        let letters = self.rest().get(..prefix).unwrap_or_default();
        let raw = letters.contains(['r', 'R']);
        let bytes = letters.contains(['b', 'B']);
        self.at += prefix;
        let rest = self.rest();
        let quote = if rest.starts_with('\'') { "'" } else { "\"" };
        let triple = if quote == "'" { "'''" } else { "\"\"\"" };
        let long = rest.starts_with(triple);
        let quote = if long { triple } else { quote };
        self.at += quote.len();
        let content = self.rest();
        let mut end = None;
        let mut chars = content.char_indices();
        while let Some((at, c)) = chars.next() {
            if content.get(at..).is_some_and(|rest| rest.starts_with(quote)) {
                end = Some(at);
                break;
            }
            match c {
                '\n' | '\r' if !long => break,
                '\\' if !raw => {
                    chars.next();
                }
                _ => {}
            }
        }
        let Some(end) = end else {
            return Err(Problem::new(self.source, begin, format!("this text has no closing {quote}")));
        };
        let (content, _) = content.split_at(end);
        let start = self.at;
        self.at += end + quote.len();
        let wrong = |(at, message): (usize, &str)| Problem::new(self.source, start + at, message);
        if bytes {
            return escape::bytes(content, raw).map(Token::Bytes).map_err(wrong);
        }
        escape::string(content, raw).map(Token::String).map_err(wrong)
    }
}

/// The length of the letters before a quote, when there is one.
fn quote_prefix(rest: &str) -> Option<usize> {
    let bytes = rest.as_bytes();
    let is_quote = |at: usize| matches!(bytes.get(at), Some(b'"' | b'\''));
    let is = |at: usize, letter: u8| bytes.get(at).is_some_and(|byte| byte.eq_ignore_ascii_case(&letter));
    if is_quote(0) {
        return Some(0);
    }
    if (is(0, b'r') || is(0, b'b')) && is_quote(1) {
        return Some(1);
    }
    (is(0, b'b') && is(1, b'r') && is_quote(2)).then_some(2)
}

/// The length of `e`, or of `e` and a sign, before at least one digit.
fn exponent(rest: &[u8]) -> Option<usize> {
    if !matches!(rest.first(), Some(b'e' | b'E')) {
        return None;
    }
    let length = 1 + usize::from(matches!(rest.get(1), Some(b'+' | b'-')));
    rest.get(length).is_some_and(u8::is_ascii_digit).then_some(length)
}
