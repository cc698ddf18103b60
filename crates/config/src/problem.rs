use std::fmt;

/// Problems of one configuration that are listed before the rest is only counted.
const SHOWN: usize = 50;

/// How a problem with a key that nobody knows begins.
pub(crate) const UNKNOWN_KEY: &str = "unknown key";

/// A place in the text; both count from 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The line.
    pub line: u32,
    /// The column, in characters.
    pub column: u32,
}

/// One thing that is wrong with a configuration, or worth a word. Never holds a secret, nor a piece of the text around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Which document, as `1 (v1alpha1)`; empty when there is no document yet.
    pub document: String,
    /// The field, as `machine.network.interfaces[0].mtu`; empty for a whole document.
    pub path: String,
    /// Where it stands, when that is known.
    pub position: Option<Position>,
    /// What was found and what is allowed.
    pub message: String,
    /// True for information about this version (nothing acts on a field yet, or it has a successor) rather than about a mistake.
    pub notice: bool,
}

impl Problem {
    /// One that has no place in a text.
    pub(crate) fn of_all(message: impl Into<String>) -> Self {
        Self { document: String::new(), path: String::new(), position: None, message: message.into(), notice: false }
    }

    /// What [`explain`](crate::reference::explain) can tell more about, when a key is unknown: what it stands in.
    pub fn unknown_in(&self) -> Option<String> {
        let parent = parent(&self.path);
        let kind = self.document.split(['(', ' ', ')']).filter(|word| !word.is_empty()).nth(1).unwrap_or_default();
        let steps = [kind, parent].into_iter().filter(|step| !step.is_empty() && *step != "v1alpha1");
        let place = steps.collect::<Vec<_>>().join(".");
        (self.message.starts_with(UNKNOWN_KEY) && !place.is_empty()).then_some(place)
    }

    /// Whether the other one is about the same value, or one inside it.
    pub(crate) fn concerns(&self, other: &Self) -> bool {
        let inside = other.path.strip_prefix(self.path.as_str());
        self.document == other.document && inside.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    }

    /// Whether this is an item that could not be read at all: those behind it in the list then count from another beginning.
    pub(crate) fn shifts(&self, other: &Self) -> bool {
        let list = self.path.strip_suffix(']').and_then(|path| path.rsplit_once('[')).map(|(list, _)| list);
        self.document == other.document
            && list.is_some_and(|list| other.path.strip_prefix(list).is_some_and(|rest| rest.starts_with('[')))
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(Position { line, column }) = self.position {
            write!(f, "line {line}, column {column}: ")?;
        }
        if !self.document.is_empty() && !self.document.starts_with("1 ") {
            write!(f, "document {}: ", self.document)?;
        }
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        f.write_str(&self.message)
    }
}

/// Everything that is wrong with a configuration; at least one problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problems(Vec<Problem>);

impl Problems {
    /// `Ok` when the list is empty.
    pub(crate) fn unless_empty(mut problems: Vec<Problem>) -> Result<(), Self> {
        problems.sort_by(|a, b| (a.position, &a.path).cmp(&(b.position, &b.path)));
        if problems.is_empty() { Ok(()) } else { Err(Self(problems)) }
    }

    /// A single problem that has no place in a text.
    pub(crate) fn one(message: impl Into<String>) -> Self {
        Self(vec![Problem::of_all(message)])
    }

    /// In the order of the text.
    pub fn iter(&self) -> impl Iterator<Item = &Problem> {
        self.0.iter()
    }

    /// Adds the problems of another list.
    pub fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.0.iter().take(SHOWN).enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            problem.fmt(f)?;
        }
        match self.0.len().saturating_sub(SHOWN) {
            0 => Ok(()),
            more => write!(f, "\n… and {more} more"),
        }
    }
}

impl std::error::Error for Problems {}

/// What is accepted but deserves a word; may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Warnings(pub(crate) Vec<Problem>);

impl Warnings {
    /// In the order of the text.
    pub fn iter(&self) -> impl Iterator<Item = &Problem> {
        self.0.iter()
    }

    /// True when there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Those about mistakes, which a strict check refuses: not the notices.
    pub fn serious(&self) -> impl Iterator<Item = &Problem> {
        self.0.iter().filter(|warning| !warning.notice)
    }

    /// One line for each, as the API returns them.
    pub fn lines(&self) -> Vec<String> {
        self.0.iter().map(ToString::to_string).collect()
    }

    /// Adds the warnings of another list.
    pub fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }
}

/// The path without its last step, which may be a key in quotes.
fn parent(path: &str) -> &str {
    let (mut quoted, mut escaped, mut end) = (false, false, 0);
    for (at, c) in path.char_indices() {
        match c {
            '.' if !quoted => end = at,
            '"' if !escaped => quoted = !quoted,
            _ => {}
        }
        escaped = c == '\\' && !escaped;
    }
    &path[..end]
}

/// Adds a key to a path: `machine.sysctls."net.core.somaxconn"`.
pub(crate) fn push_key(path: &mut String, key: &str) {
    if !path.is_empty() {
        path.push('.');
    }
    if key.is_empty() || key.contains(['.', '[', ']', '/', ' ', '"', '\\']) || key.contains(char::is_control) {
        path.push_str(&format!("{key:?}"));
    } else {
        path.push_str(key);
    }
}
