use std::collections::HashMap;

use json_patch::{AddOperation, PatchOperation};
use serde_json::Value as Json;
use thiserror::Error;

use crate::{
    config::{Config, join},
    documents::{Document, Identity},
    merge::merge,
    node::{Node, Value},
    problem::{Problems, Warnings},
    read::read,
    schema::Decode,
};

/// A change of a configuration, as the user writes it.
#[derive(Clone, Debug)]
pub enum Patch {
    /// Parts of documents that are laid over those of the configuration.
    Merge(MergePatch),
    /// A list of operations on the main document (RFC 6902).
    Json(JsonPatch),
}

/// Parts of documents.
#[derive(Clone)]
pub struct MergePatch(Vec<Node>);

/// Operations on the main document.
#[derive(Clone)]
pub struct JsonPatch(json_patch::Patch);

/// Why a patch cannot be read or applied.
#[derive(Debug, Error)]
pub enum PatchError {
    /// The text is not YAML or JSON.
    #[error("reading the patch: {0}")]
    Syntax(Problems),
    /// It is neither a list of operations nor a mapping.
    #[error("a patch is a list of JSON operations or parts of documents")]
    Kind,
    /// The list of operations is not one.
    #[error("reading the JSON patch: {0}")]
    Operations(String),
    /// An operation does not fit the configuration.
    #[error("applying the JSON patch: {0}")]
    Apply(String),
    /// A JSON patch needs a single document.
    #[error(
        "a JSON patch is for a configuration of a single document, and this one has {0}. Write the change as it would stand in \
         the configuration: {{\"machine\": {{\"type\": …}}}} instead of {{\"path\": \"/machine/type\", …}}"
    )]
    Documents(usize),
    /// What is to be deleted is not there.
    #[error("there is nothing to delete: {}", .0.join("; "))]
    Missing(Vec<String>),
    /// The result is not a configuration.
    #[error("after the patch: {0}")]
    Result(Problems),
}

impl Patch {
    /// Reads a patch in either form.
    pub fn parse(text: &str) -> Result<Self, PatchError> {
        let (nodes, problems) = read(text.as_bytes());
        Problems::unless_empty(problems).map_err(PatchError::Syntax)?;
        match nodes.as_slice() {
            [Node { value: Value::List(_), .. }] => {
                let mut cx = crate::schema::Context::default();
                let operations = Json::decode(&nodes[0], &mut cx).ok_or(PatchError::Kind)?;
                let patch =
                    serde_json::from_value(operations).map_err(|error| PatchError::Operations(error.to_string()))?;
                Ok(Self::Json(JsonPatch(patch)))
            }
            [] => Err(PatchError::Kind),
            all if all.iter().all(|node| matches!(node.value, Value::Map(_))) => Ok(Self::Merge(MergePatch(nodes))),
            _ => Err(PatchError::Kind),
        }
    }
}

impl Config {
    /// The configuration after the patches, one after the other; checked as strictly as any text.
    pub fn patched(&self, patches: &[Patch]) -> Result<(Self, Warnings), PatchError> {
        let mut nodes = self.nodes();
        for patch in patches {
            match patch {
                Patch::Merge(MergePatch(parts)) => lay_all_over(&mut nodes, parts)?,
                Patch::Json(JsonPatch(operations)) => operate(&mut nodes, operations)?,
            }
        }
        Self::parse(join(&nodes).as_bytes()).map_err(PatchError::Result)
    }
}

fn lay_all_over(nodes: &mut Vec<Node>, parts: &[Node]) -> Result<(), PatchError> {
    let mut missing = Vec::new();
    let mut places: HashMap<Identity, usize> =
        nodes.iter().enumerate().map(|(at, node)| (Identity::of(node), at)).collect();
    let mut gone = Vec::new();
    for part in parts {
        let identity = Identity::of(part);
        let at = places.get(&identity).copied();
        if part.get("$patch").and_then(Node::as_text) == Some("delete") {
            gone.extend(places.remove(&identity));
        } else if let Some(at) = at {
            let sentences = merge(&mut nodes[at], part, identity.shape()).into_iter();
            missing.extend(sentences.map(|sentence| format!("document {identity}: {sentence}")));
        } else {
            // What is deleted of a document that is not there is gone already.
            let mut new = Node::map::<String>([]);
            merge(&mut new, part, identity.shape());
            places.insert(identity, nodes.len());
            nodes.push(new);
        }
    }
    gone.sort_unstable();
    gone.into_iter().rev().for_each(|at| drop(nodes.remove(at)));
    if missing.is_empty() { Ok(()) } else { Err(PatchError::Missing(missing)) }
}

fn operate(nodes: &mut [Node], operations: &json_patch::Patch) -> Result<(), PatchError> {
    let [node] = nodes else {
        return Err(PatchError::Documents(nodes.len()));
    };
    let mut cx = crate::schema::Context::default();
    let before = Json::decode(node, &mut cx).ok_or(PatchError::Kind)?;
    let mut value = before.clone();
    for (index, operation) in operations.iter().enumerate() {
        let operation = forgiving(operation, &value);
        let failed = |value: &_, error: &json_patch::PatchErrorKind| {
            let what = format!("operation {} on {}", index + 1, operation.path());
            PatchError::Apply(match first_missing(value, operation.path().as_str()) {
                Some(missing) if !matches!(operation, PatchOperation::Test(_)) => format!("{what}: {missing}"),
                _ => format!("{what}: {error}"),
            })
        };
        // A patch of one operation leaves the value as it was when it fails.
        json_patch::patch(&mut value, std::slice::from_ref(&operation)).map_err(|error| failed(&value, &error.kind))?;
    }
    *node = carried(node, &before, &value);
    Ok(())
}

/// What the operations made of a tree. Where they changed nothing it stays as it was written: `1.10` and `0o644` are no numbers
/// to be written anew.
fn carried(node: &Node, before: &Json, after: &Json) -> Node {
    match (&node.value, before, after) {
        _ if before == after => node.clone(),
        (Value::Map(entries), Json::Object(before), Json::Object(after)) => {
            let kept = entries.iter().filter_map(|entry| {
                let value = carried(&entry.value, before.get(&entry.key)?, after.get(&entry.key)?);
                Some((entry.key.clone(), value))
            });
            let added = after.iter().filter(|(key, _)| !before.contains_key(*key));
            Node::map(kept.chain(added.map(|(key, value)| (key.clone(), value.encode()))).collect::<Vec<_>>())
        }
        (Value::List(items), Json::Array(before), Json::Array(after)) if items.len() == before.len() => {
            let same = |(one, other): &(&Json, &Json)| one == other;
            let first = before.iter().zip(after).take_while(same).count();
            let last = before[first..].iter().rev().zip(after[first..].iter().rev()).take_while(same).count();
            let (old_end, new_end) = (before.len() - last, after.len() - last);
            let middle = (first..new_end).map(|at| match items.get(at).filter(|_| at < old_end) {
                Some(item) => carried(item, &before[at], &after[at]),
                None => after[at].encode(),
            });
            Node::list(items[..first].iter().cloned().chain(middle).chain(items[old_end..].iter().cloned()))
        }
        _ => after.encode(),
    }
}

/// What of the way to a place is not there; the place itself does not count, as it may be what is to be added.
fn first_missing(value: &Json, path: &str) -> Option<String> {
    let mut parents = path.match_indices('/').map(|(at, _)| &path[..at]).filter(|parent| !parent.is_empty());
    let missing = parents.find(|parent| value.pointer(parent).is_none())?;
    let (above, _) = missing.rsplit_once('/')?;
    Some(match value.pointer(above) {
        Some(Json::Object(keys)) => {
            let mut keys: Vec<&str> = keys.keys().map(String::as_str).collect();
            keys.sort_unstable();
            format!("there is no {missing}; {} holds {}", if above.is_empty() { "/" } else { above }, keys.join(", "))
        }
        Some(Json::Array(items)) => format!("there is no {missing}; items of {above}: {}", items.len()),
        _ => format!("there is no {missing}"),
    })
}

/// `replace` adds a key that is not there yet, as it does upstream; RFC 6902 calls that an error.
fn forgiving(operation: &PatchOperation, value: &Json) -> PatchOperation {
    match operation {
        PatchOperation::Replace(replace) if value.pointer(replace.path.as_str()).is_none() => {
            PatchOperation::Add(AddOperation { path: replace.path.clone(), value: replace.value.clone() })
        }
        other => other.clone(),
    }
}

impl std::fmt::Debug for MergePatch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "parts of {} documents", self.0.len())
    }
}

impl std::fmt::Debug for JsonPatch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} operations", self.0.0.len())
    }
}

impl From<Document> for Patch {
    fn from(document: Document) -> Self {
        Self::Merge(MergePatch(vec![document.encode()]))
    }
}
