//! Laying one tree over another, by the shape of the document: what `strategic merge` means for machine configurations.

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
/// Returns the paths of what was to be deleted and is not there. A known field that has no value is no such thing, but a label,
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
        for entry in over.entries() {
            let length = self.path.len();
            push_key(&mut self.path, &entry.key);
            let shape_of = shape.of(&entry.key).unwrap_or(&Shape::Any);
            let at = entries.iter().position(|mine| mine.key == entry.key);
            match at {
                Some(at) if is_deleted(&entry.value) => drop(entries.remove(at)),
                None if is_deleted(&entry.value) => {
                    if self.on_nothing || shape.field(&entry.key).is_none() {
                        self.missing.push(self.path.clone());
                    }
                }
                Some(at) => self.field(&mut entries[at].value, &entry.value, shape_of, shape.field(&entry.key)),
                None => {
                    let value = self.new(&entry.value, shape_of, shape.field(&entry.key));
                    entries.push(Entry { value, ..entry.clone() });
                }
            }
            self.path.truncate(length);
        }
    }

    fn lists(&mut self, items: &mut Vec<Node>, more: &[Node], shape: &Shape, field: Option<&Field>) {
        let keys = field.map_or(&[][..], |field| field.keyed);
        for (index, over) in more.iter().enumerate() {
            let length = self.path.len();
            self.path.push_str(&format!("[{index}]"));
            let same = |item: &&mut Node| keys.iter().any(|key| is_same(item.get(key), over.get(key)));
            if is_deleted(over) {
                let before = items.len();
                items.retain(|item| !matches_all(item, over));
                if items.len() == before {
                    self.missing.push(self.path.clone());
                }
            } else {
                match items.iter_mut().find(same) {
                    Some(item) if field.is_some_and(|field| field.replace_items) => *item = over.clone(),
                    Some(item) => self.field(item, over, shape, None),
                    None => items.push(self.new(over, shape, None)),
                }
            }
            self.path.truncate(length);
        }
    }

    /// What is laid over nothing: nothing can be deleted there.
    fn new(&mut self, over: &Node, shape: &Shape, field: Option<&Field>) -> Node {
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
