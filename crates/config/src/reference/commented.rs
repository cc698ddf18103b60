//! A configuration that explains itself: comments say what its fields mean and show what else could stand there.

use super::words::summary;
use crate::{
    config::Config,
    documents::Identity,
    emit::emit,
    node::{Entry, Node, Value},
    problem::Position,
    read::read,
    schema::{Field, Shape},
};

/// Columns that a line with a comment may have.
const WIDTH: usize = 100;
/// One step of depth.
const INDENT: &str = "  ";

/// What comments are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comments {
    /// What each field means.
    pub docs: bool,
    /// Fields that are not there, with a value that they could have.
    pub examples: bool,
}

/// The text of a configuration, written anew with such comments.
pub fn commented(config: &Config, comments: Comments) -> String {
    let documents: Vec<String> = config.nodes().iter().map(|node| comments.document(node)).collect();
    documents.join("---\n")
}

impl Comments {
    fn document(self, node: &Node) -> String {
        let identity = Identity::of(node);
        let kind = super::kinds().find(|kind| self.docs && kind.name() == identity.kind);
        let mut lines = kind.map(|kind| above(&format!("{}.", kind.summary()))).unwrap_or_default();
        lines.extend(self.lines(node, identity.shape()));
        lines.iter().map(|line| format!("{line}\n")).collect()
    }

    /// A value on lines of its own.
    fn lines(self, node: &Node, shape: &Shape) -> Vec<String> {
        match (&node.value, shape) {
            (Value::Map(entries), Shape::Section(fields)) => self.section(entries, fields),
            (Value::Map(entries), Shape::Map(shape)) => {
                entries.iter().flat_map(|entry| self.entry(entry, shape)).collect()
            }
            (Value::List(items), Shape::List(shape)) => items.iter().flat_map(|item| self.item(item, shape)).collect(),
            _ => plain(node),
        }
    }

    fn section(self, entries: &[Entry], fields: &'static [Field]) -> Vec<String> {
        let mut lines = Vec::new();
        for entry in entries {
            match fields.iter().find(|field| field.key == entry.key) {
                Some(field) => lines.extend(self.beside(entries, entry).field(entry, field)),
                None => lines.extend(self.entry(entry, &Shape::Any)),
            }
        }
        let absent = |field: &&Field| entries.iter().all(|entry| entry.key != field.key);
        for field in fields.iter().filter(absent).filter(|_| self.examples) {
            for line in self.example(field) {
                lines.push(if line.is_empty() { "#".to_owned() } else { format!("# {line}") });
            }
        }
        lines
    }

    /// What a worker is not told of the cluster concerns control planes: it is not shown.
    fn beside(self, entries: &[Entry], entry: &Entry) -> Self {
        let kind = |entry: &Entry| entry.value.get("type").and_then(Node::as_text) == Some("worker");
        let worker = entry.key == "cluster" && entries.iter().any(|entry| entry.key == "machine" && kind(entry));
        if worker { self.without_examples() } else { self }
    }

    /// A field with what it means: behind it when there is room, else above it.
    fn field(self, entry: &Entry, field: &Field) -> Vec<String> {
        let mut lines = self.entry(entry, field.shape);
        if !self.docs {
            return lines;
        }
        let meaning = summary(field.doc);
        match lines.as_mut_slice() {
            [line] if line.chars().count() + meaning.chars().count() + " # .".len() <= WIDTH => {
                line.push_str(&format!(" # {meaning}."));
                lines
            }
            _ => above(&format!("{meaning}.")).into_iter().chain(lines).collect(),
        }
    }

    fn entry(self, entry: &Entry, shape: &Shape) -> Vec<String> {
        let key = plain(&Node::map([(entry.key.clone(), Node::map::<String>([]))]));
        let key = key.concat().trim_end_matches(" {}").to_owned();
        if entry.value.entries().is_empty() && entry.value.items().is_empty() {
            return plain(&Node::map([(entry.key.clone(), entry.value.clone())]));
        }
        let inner = self.lines(&entry.value, shape).into_iter().map(indented);
        [key].into_iter().chain(inner).collect()
    }

    /// An item of a list: no comments in it, they would tear it apart.
    fn item(self, item: &Node, shape: &Shape) -> Vec<String> {
        let quiet = Self { docs: false, examples: false };
        let lines = quiet.lines(item, shape).into_iter().enumerate();
        lines.map(|(index, line)| if index == 0 { format!("- {line}") } else { indented(line) }).collect()
    }

    /// A field that is not there, as it could be.
    fn example(self, field: &Field) -> Vec<String> {
        match example(field) {
            Some(value) => self
                .without_examples()
                .field(&Entry { at: Position::default(), key: field.key.to_owned(), value }, field),
            None => vec![],
        }
    }

    fn without_examples(self) -> Self {
        Self { examples: false, ..self }
    }
}

/// A value for a field that is worth to be shown: superseded ones and those that do nothing are not.
fn example(field: &Field) -> Option<Node> {
    if !is_shown(field) {
        return None;
    }
    if let Some(text) = field.example {
        return read(text.as_bytes()).0.into_iter().next();
    }
    let inner = field.shape.inner_fields().iter().filter(|field| is_shown(field));
    let shown = inner.filter_map(|field| Some((field.key, read(field.example?.as_bytes()).0.into_iter().next()?)));
    let section = Node::map(shown);
    match field.shape {
        _ if section.entries().is_empty() => None,
        Shape::Section(_) => Some(section),
        Shape::List(_) => Some(Node::list([section])),
        _ => None,
    }
}

fn is_shown(field: &Field) -> bool {
    field.deprecated.is_none() && !field.is_idle()
}

fn plain(node: &Node) -> Vec<String> {
    emit(node).lines().map(str::to_owned).collect()
}

fn indented(line: String) -> String {
    if line.is_empty() { line } else { format!("{INDENT}{line}") }
}

/// A comment on lines of its own.
fn above(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= WIDTH => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(format!("# {word}")),
        }
    }
    lines
}
