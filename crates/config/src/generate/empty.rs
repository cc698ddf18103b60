//! What upstream's files say although it is empty. Patches name these places: `add /machine/certSANs/0` needs the list.

use crate::{
    config::Config,
    documents::{Document, Identity},
    node::{Entry, Node, Value},
    problem::Position,
    schema::Shape,
    view::MachineType,
};

/// A place in the main document, and what stands there when nothing was said.
type Empty = (&'static [&'static str], fn() -> Node);

const EVERYWHERE: &[Empty] = &[
    (&["machine", "certSANs"], list),
    (&["cluster", "discovery", "registries", "kubernetes"], map),
    (&["cluster", "discovery", "registries", "service"], map),
];
const CONTROL_PLANES: &[Empty] = &[(&["cluster", "extraManifests"], list), (&["cluster", "inlineManifests"], list)];
const WORKERS: &[Empty] = &[(&["machine", "ca", "key"], text), (&["cluster", "ca", "key"], text)];

/// A configuration of these documents, written with what is empty.
pub(super) fn written(documents: Vec<Document>, kind: MachineType) -> Config {
    let mut nodes: Vec<Node> = documents.iter().map(Document::encode).collect();
    let own = if kind == MachineType::Worker { WORKERS } else { CONTROL_PLANES };
    if let Some(main) = nodes.first_mut() {
        let shape = Identity::of(main).shape();
        for (path, empty) in EVERYWHERE.iter().chain(own) {
            insert(main, shape, path, empty());
        }
    }
    Config::written(documents, &nodes)
}

fn list() -> Node {
    Node::list([])
}

fn map() -> Node {
    Node::map::<String>([])
}

fn text() -> Node {
    Node::text("")
}

/// Puts a value at a place that has none, where the order of the fields has it.
fn insert(node: &mut Node, shape: &Shape, path: &[&str], value: Node) {
    let (Value::Map(entries), Some((key, rest))) = (&mut node.value, path.split_first()) else {
        return;
    };
    let fields = shape.fields();
    let rank = |key: &str| fields.iter().position(|field| field.key == key);
    let inner = shape.field(key).map_or(&Shape::Any, |field| field.shape);
    match entries.iter_mut().find(|entry| entry.key == *key) {
        Some(entry) => insert(&mut entry.value, inner, rest, value),
        None => {
            let at = entries.iter().position(|entry| rank(&entry.key) > rank(key)).unwrap_or(entries.len());
            let mut missing = if rest.is_empty() { value.clone() } else { map() };
            insert(&mut missing, inner, rest, value);
            entries.insert(at, Entry { at: Position::default(), key: (*key).to_owned(), value: missing });
        }
    }
}
