//! From text to trees: every document, every problem of the syntax, bounded whatever the input.

use std::collections::{HashMap, HashSet};

use granit_parser::{Event, Options, Parser, ScalarStyle, Span, Tag};

use crate::{
    node::{Entry, Node, Value},
    problem::{Position, Problem},
};

/// Longer texts are refused; a machine configuration of 100,000 lines has about 4 MiB.
const MAX_BYTES: usize = 16 << 20;
/// Nodes that all aliases of one text may add together.
const MAX_ALIASED: usize = 10_000;
/// Mappings and lists inside each other.
const MAX_DEPTH: usize = 64;
/// The key that brings in another mapping.
const MERGE_KEY: &str = "<<";

/// Lines before the bad one that are shown with it.
const OUTLINE: usize = 2;

/// Reads every document. Empty ones are left out. Documents with broken syntax are reported and skipped.
pub(crate) fn read(bytes: &[u8]) -> (Vec<Node>, Vec<Problem>) {
    let text = match std::str::from_utf8(bytes) {
        _ if bytes.len() > MAX_BYTES => {
            return (vec![], vec![problem(None, format!("the text is longer than {} MiB", MAX_BYTES >> 20))]);
        }
        Ok(text) => text,
        Err(error) => {
            let lines = bytes[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count();
            let at = Position { line: u32::try_from(lines).unwrap_or(u32::MAX).saturating_add(1), column: 1 };
            return (vec![], vec![problem(Some(at), "the text is not UTF-8".to_owned())]);
        }
    };
    let mut options = Options::default();
    options.set_emit_comments(false);
    options.flow_nesting_limit = MAX_DEPTH;
    options.block_nesting_limit = MAX_DEPTH;
    let mut parser = Parser::new_from_str_with_options(text, options);
    let mut reader = Reader::default();
    while let Some(event) = parser.next_event() {
        match event {
            Ok((event, span)) => reader.event(event, span),
            Err(error) => {
                let marker = error.marker();
                let at = Position { line: number(marker.line()), column: number(marker.col() + 1) };
                let outline = outline(text, at.line as usize);
                reader.problems.push(problem(Some(at), format!("not valid YAML: {}{outline}", error.info())));
                reader.give_up();
                if !matches!(parser.proceed_next_document(), Ok(true)) {
                    break;
                }
            }
        }
        if reader.exhausted {
            break;
        }
    }
    (reader.documents, reader.problems)
}

/// A line and those before it, without their values, which may be secrets: most mistakes in YAML are in the indentation.
fn outline(text: &str, line: usize) -> String {
    let first = line.saturating_sub(OUTLINE).max(1);
    let mut shown = ". Is the indentation right?".to_owned();
    for (index, content) in text.lines().enumerate().skip(first - 1).take(line + 1 - first) {
        shown.push_str(&format!("\n{:>6} | {}", index + 1, without_value(content)));
    }
    shown
}

fn without_value(line: &str) -> String {
    const LONGEST: usize = 60;
    let start = line.len() - line.trim_start_matches([' ', '-', '\t']).len();
    let rest = &line[start..];
    let is_key =
        |key: &str| key.len() <= LONGEST && key.chars().all(|c| c.is_ascii_alphanumeric() || "-_./$".contains(c));
    match rest.split_once(':') {
        _ if rest.is_empty() => line.chars().take(LONGEST).collect(),
        Some((key, value)) if is_key(key) => {
            let value = if value.trim().is_empty() { "" } else { " …" };
            format!("{}{key}:{value}", line[..start].chars().take(LONGEST).collect::<String>())
        }
        _ => format!("{}…", line[..start].chars().take(LONGEST).collect::<String>()),
    }
}

#[derive(Default)]
struct Reader {
    documents: Vec<Node>,
    problems: Vec<Problem>,
    open: Vec<Open>,
    anchors: HashMap<usize, Anchor>,
    aliased: usize,
    exhausted: bool,
    broken: bool,
}

struct Anchor {
    node: Node,
    size: usize,
    depth: usize,
}

/// A list or mapping whose end has not come yet.
struct Open {
    at: Position,
    anchor: usize,
    size: usize,
    depth: usize,
    kind: OpenKind,
}

enum OpenKind {
    List(Vec<Node>),
    Map { entries: Vec<Entry>, seen: HashSet<String>, key: Option<(Position, String)> },
}

impl Reader {
    fn event(&mut self, event: Event<'_>, span: Span) {
        let at = Position { line: number(span.start.line()), column: number(span.start.col() + 1) };
        match event {
            Event::DocumentStart(..) => {
                self.anchors.clear();
                self.broken = false;
            }
            Event::Scalar(text, style, anchor, tag) => {
                let plain = style == ScalarStyle::Plain && !is_string(tag.as_deref());
                let node = Node { at, value: Value::Scalar { text: text.into_owned(), plain } };
                self.finished(node, anchor, 1, 0);
            }
            Event::SequenceStart(_, anchor, _) => self.begin(at, anchor, OpenKind::List(Vec::new())),
            Event::MappingStart(_, anchor, _) => {
                self.begin(at, anchor, OpenKind::Map { entries: Vec::new(), seen: HashSet::new(), key: None });
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(),
            Event::Alias(id) => self.alias(at, id),
            _ => {}
        }
    }

    fn begin(&mut self, at: Position, anchor: usize, kind: OpenKind) {
        self.open.push(Open { at, anchor, size: 1, depth: 0, kind });
    }

    fn end(&mut self) {
        let Some(open) = self.open.pop() else { return };
        let value = match open.kind {
            OpenKind::List(items) => Value::List(items),
            OpenKind::Map { entries, .. } => Value::Map(merged(entries)),
        };
        self.finished(Node { at: open.at, value }, open.anchor, open.size, open.depth + 1);
    }

    fn alias(&mut self, at: Position, id: usize) {
        let Some(anchor) = self.anchors.get(&id) else {
            self.report(at, "an alias refers to the value that it stands in");
            return self.finished(Node { at, ..Node::default() }, 0, 1, 0);
        };
        self.aliased += anchor.size;
        if self.aliased > MAX_ALIASED {
            self.report(at, &format!("aliases add more than {MAX_ALIASED} values"));
            self.exhausted = true;
            return;
        }
        let (mut node, size, depth) = (anchor.node.clone(), anchor.size, anchor.depth);
        if self.open.len() + depth > MAX_DEPTH {
            self.report(at, &format!("an alias nests values deeper than {MAX_DEPTH}"));
            self.exhausted = true;
            return;
        }
        node.at = at;
        self.finished(node, 0, size, depth);
    }

    /// Hands a complete node to the list, mapping or document that it belongs to.
    fn finished(&mut self, node: Node, anchor: usize, size: usize, depth: usize) {
        if anchor != 0 {
            self.anchors.insert(anchor, Anchor { node: node.clone(), size, depth });
        }
        let Some(parent) = self.open.last_mut() else {
            if !node.is_null() && !self.broken {
                self.documents.push(node);
            }
            return;
        };
        parent.size += size;
        parent.depth = parent.depth.max(depth);
        match &mut parent.kind {
            OpenKind::List(items) => items.push(node),
            OpenKind::Map { entries, seen, key } => match key.take() {
                Some((at, key)) => entries.push(Entry { at, key, value: node }),
                None => {
                    let at = node.at;
                    let Value::Scalar { text, .. } = node.value else {
                        *key = Some((at, String::new()));
                        return self.report(at, "a key must be a single value");
                    };
                    let first = seen.insert(text.clone());
                    *key = Some((at, text));
                    if !first {
                        self.duplicate(at);
                    }
                }
            },
        }
    }

    fn duplicate(&mut self, at: Position) {
        let path: Vec<String> = self.open.iter().filter_map(Open::step).collect();
        let mut found = problem(Some(at), "this key is given twice".to_owned());
        found.path = path.concat().trim_start_matches('.').to_owned();
        self.problems.push(found);
    }

    fn report(&mut self, at: Position, message: &str) {
        self.problems.push(problem(Some(at), message.to_owned()));
    }

    fn give_up(&mut self) {
        self.open.clear();
        self.broken = true;
    }
}

/// `<<: *other` brings in the keys of another mapping (or of several) that are not given themselves.
fn merged(entries: Vec<Entry>) -> Vec<Entry> {
    if entries.iter().all(|entry| entry.key != MERGE_KEY) {
        return entries;
    }
    let (merges, mut own): (Vec<Entry>, Vec<Entry>) =
        entries.into_iter().partition(|entry| entry.key == MERGE_KEY && brings_keys(&entry.value));
    for merge in merges {
        let sources = match merge.value.value {
            Value::List(items) => items,
            _ => vec![merge.value],
        };
        for entry in sources.into_iter().flat_map(|source| source.entries().to_vec()) {
            if own.iter().all(|mine| mine.key != entry.key) {
                own.push(entry);
            }
        }
    }
    own
}

fn brings_keys(node: &Node) -> bool {
    match &node.value {
        Value::Map(_) => true,
        Value::List(items) => items.iter().all(|item| matches!(item.value, Value::Map(_))),
        Value::Scalar { .. } => false,
    }
}

impl Open {
    /// The step from this list or mapping to the value that is being read.
    fn step(&self) -> Option<String> {
        match &self.kind {
            OpenKind::List(items) => Some(format!("[{}]", items.len())),
            OpenKind::Map { key, .. } => key.as_ref().map(|(_, key)| format!(".{key}")),
        }
    }
}

fn is_string(tag: Option<&Tag>) -> bool {
    tag.is_some_and(|tag| tag.is_yaml_core_schema_tag("str"))
}

fn problem(position: Option<Position>, message: String) -> Problem {
    Problem { document: String::new(), path: String::new(), position, message, notice: false }
}

fn number(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}
