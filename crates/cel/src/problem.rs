use std::fmt;

/// What is wrong with an expression, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What was found and what is allowed, without the place.
    pub message: String,
    /// Set when a name is not known: for those who want to say which one was meant.
    pub unknown: Option<Unknown>,
    /// The line in the expression, from 1.
    pub line: u32,
    /// The column in the line, in characters, from 1.
    pub column: u32,
}

/// A name that is not known, and those that are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// As it was written.
    pub name: String,
    /// What could stand in its place.
    pub known: Vec<String>,
}

impl Problem {
    /// At a byte of the expression's text.
    pub(crate) fn new(source: &str, at: usize, message: impl Into<String>) -> Self {
        let before = source.get(..at).unwrap_or(source);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX).saturating_add(1);
        let line = count(before.matches('\n').count());
        let column = count(before.get(line_start..).unwrap_or_default().chars().count());
        Self { message: message.into(), unknown: None, line, column }
    }

    /// Where it is, as `column 6 of the expression`.
    pub fn place(&self) -> String {
        match self.line {
            1 => format!("column {} of the expression", self.column),
            line => format!("line {line}, column {} of the expression", self.column),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.message, self.place())
    }
}

impl std::error::Error for Problem {}
