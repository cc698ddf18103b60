//! Laying one tree over another, by the shape of the document: what `strategic merge` means for machine configurations.

use std::collections::HashMap;

use crate::{
    node::{Entry, Node, Value},
    problem::push_key,
    schema::{Field, Shape},
};

/// Asks for the removal of the mapping or list item that it stands in.
const DIRECTIVE: &str = "$patch";
const DELETE: &str = "delete";

/// `over` laid over `base`. Mappings are merged key by key, lists appended, except where their field says otherwise.
///
/// Returns sentences about what was to be deleted and is not there. A known field that has no value is no such thing, but a label,
/// an item, and all that stands in a section which is not there.
pub(crate) fn merge(base: &mut Node, over: &Node, shape: &Shape) -> Vec<String> {
    let mut merge = Merge::default();
    merge.field(base, over, shape, None);
    merge.missing
}

/// On the way through a document.
#[derive(Default)]
struct Merge {
    path: String,
    missing: Vec<String>,
    /// Where it is was nothing before.
    on_nothing: bool,
}

impl Merge {
    fn field(&mut self, base: &mut Node, over: &Node, shape: &Shape, field: Option<&Field>) {
        let replace = field.is_some_and(|field| field.replace);
        // In a known field an empty text says nothing; as the value of a label it does.
        if over.is_null() || field.is_some() && over.as_text() == Some("") {
            return;
        }
        match (&mut base.value, &over.value) {
            (Value::Map(_), Value::Map(_)) if !replace => self.maps(base, over, shape),
            (Value::List(items), Value::List(more)) if !replace && !matches!(shape, Shape::Arguments) => {
                let item_shape = match shape {
                    Shape::List(shape) => shape,
                    _ => &Shape::Any,
                };
                self.lists(items, more, item_shape, field);
            }
            _ => *base = over.clone(),
        }
    }

    fn maps(&mut self, base: &mut Node, over: &Node, shape: &Shape) {
        let Value::Map(entries) = &mut base.value else {
            return;
        };
        let mut left: HashMap<&str, &Node> =
            over.entries().iter().map(|entry| (entry.key.as_str(), &entry.value)).collect();
        entries.retain_mut(|mine| match left.remove(mine.key.as_str()) {
            Some(over) if is_deleted(over) => false,
            Some(over) => {
                let (shape_of, field) = (shape.of(&mine.key).unwrap_or(&Shape::Any), shape.field(&mine.key));
                self.inside(&mine.key, |merge| merge.field(&mut mine.value, over, shape_of, field));
                true
            }
            None => true,
        });
        for entry in over.entries().iter().filter(|entry| left.contains_key(entry.key.as_str())) {
            let (shape_of, field) = (shape.of(&entry.key).unwrap_or(&Shape::Any), shape.field(&entry.key));
            self.inside(&entry.key, |merge| {
                if !is_deleted(&entry.value) {
                    let value = merge.laid_on_nothing(&entry.value, shape_of, field);
                    entries.push(Entry { at: entry.at, key: entry.key.clone(), value });
                } else if merge.on_nothing || field.is_none() {
                    merge.missing.push(format!("{} is not there", merge.path));
                }
            });
        }
    }

    fn lists(&mut self, items: &mut Vec<Node>, more: &[Node], shape: &Shape, field: Option<&Field>) {
        let keys = field.map_or(&[][..], |field| field.keyed);
        let mut known = Known::of(items, keys);
        for (index, over) in more.iter().enumerate() {
            let length = self.path.len();
            if is_deleted(over) {
                let before = items.len();
                items.retain(|item| !matches_all(item, over));
                if items.len() == before {
                    self.missing.push(format!("{} has no item with {}", self.path, selector(over, keys)));
                }
                known = Known::of(items, keys);
            } else {
                self.path.push_str(&format!("[{index}]"));
                match known.find(over, items) {
                    Some(at) if field.is_some_and(|field| field.replace_items) => items[at] = over.clone(),
                    Some(at) => self.field(&mut items[at], over, shape, None),
                    None => {
                        items.push(self.laid_on_nothing(over, shape, None));
                        known.add(over, items.len() - 1);
                    }
                }
            }
            self.path.truncate(length);
        }
    }

    fn inside(&mut self, key: &str, work: impl FnOnce(&mut Self)) {
        let length = self.path.len();
        push_key(&mut self.path, key);
        work(self);
        self.path.truncate(length);
    }

    /// What is laid over nothing: nothing can be deleted there.
    fn laid_on_nothing(&mut self, over: &Node, shape: &Shape, field: Option<&Field>) -> Node {
        if !deletes(over) {
            return over.clone();
        }
        let mut base = match &over.value {
            Value::Map(_) => Node::map::<String>([]),
            Value::List(_) => Node::list([]),
            Value::Scalar { .. } => over.clone(),
        };
        let before = std::mem::replace(&mut self.on_nothing, true);
        self.field(&mut base, over, shape, field);
        self.on_nothing = before;
        base
    }
}

/// Where the items of a list are, by their keys.
struct Known<'a> {
    keys: &'a [&'a str],
    /// By key and text.
    texts: HashMap<(&'a str, String), usize>,
    /// Those whose key is a mapping.
    others: Vec<usize>,
}

impl<'a> Known<'a> {
    fn of(items: &[Node], keys: &'a [&'a str]) -> Self {
        let mut known = Self { keys, texts: HashMap::new(), others: vec![] };
        items.iter().enumerate().for_each(|(at, item)| known.add(item, at));
        known
    }

    fn add(&mut self, item: &Node, at: usize) {
        for key in self.keys {
            match item.get(key) {
                Some(value) if !matches!(value.value, Value::Scalar { .. }) => self.others.push(at),
                value => {
                    if let Some(text) = value.and_then(Node::as_text) {
                        self.texts.entry((key, text.to_owned())).or_insert(at);
                    }
                }
            }
        }
    }

    /// The first item that agrees with this one in a key.
    fn find(&self, over: &Node, items: &[Node]) -> Option<usize> {
        let by_text = |key: &&'a str| self.texts.get(&(*key, over.get(key)?.as_text()?.to_owned())).copied();
        let same = |at: &&usize| self.keys.iter().any(|key| is_same(items[**at].get(key), over.get(key)));
        let other = self.others.iter().find(same).copied();
        self.keys.iter().filter_map(by_text).chain(other).min()
    }
}

/// Whether something in it is to be deleted.
fn deletes(node: &Node) -> bool {
    is_deleted(node) || node.items().iter().any(deletes) || node.entries().iter().any(|entry| deletes(&entry.value))
}

fn text<'a>(node: &'a Node, key: &str) -> Option<&'a str> {
    node.get(key).and_then(Node::as_text)
}

fn is_deleted(node: &Node) -> bool {
    text(node, DIRECTIVE) == Some(DELETE)
}

/// True when both are there and equal.
fn is_same(one: Option<&Node>, other: Option<&Node>) -> bool {
    one.zip(other).is_some_and(|(one, other)| !one.is_null() && alike(one, other) && alike(other, one))
}

/// What an item is told by, as the patch says it; only the values of the list's own keys are shown, others may be secrets.
fn selector(over: &Node, keys: &[&str]) -> String {
    let wanted = |entry: &&Entry| entry.key != DIRECTIVE;
    let one = |entry: &Entry| match entry.value.as_text() {
        Some(text) if keys.contains(&entry.key.as_str()) => format!("{}: {text}", entry.key),
        _ => entry.key.clone(),
    };
    over.entries().iter().filter(wanted).map(one).collect::<Vec<_>>().join(", ")
}

/// True when every key beside the directive has the same value in the item.
fn matches_all(item: &Node, selector: &Node) -> bool {
    let wanted = |entry: &&Entry| entry.key != DIRECTIVE;
    selector
        .entries()
        .iter()
        .filter(wanted)
        .all(|entry| item.get(&entry.key).is_some_and(|mine| alike(mine, &entry.value)))
}

fn alike(one: &Node, other: &Node) -> bool {
    match (&one.value, &other.value) {
        (Value::Scalar { text: a, .. }, Value::Scalar { text: b, .. }) => a == b,
        (Value::List(a), Value::List(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| alike(a, b)),
        (Value::Map(_), Value::Map(_)) => matches_all(one, other),
        _ => false,
    }
}
