//! Trees without their secrets, for people's eyes.

use std::collections::HashMap;

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};

use crate::{
    node::{Entry, Node, Value},
    schema::Shape,
};

/// What stands where a secret was.
pub(crate) const HIDDEN: &str = "******";

/// The tree with every secret of its shape hidden.
pub(crate) fn redact(node: &Node, shape: &Shape) -> Node {
    walk(node, shape, "", &mut |_, _| HIDDEN.to_owned())
}

/// Both trees hidden, for a comparison: a secret that changed says so without saying what.
pub(crate) fn redact_both(old: &Node, new: &Node, shape: &Shape) -> (Node, Node) {
    let mut secrets = HashMap::new();
    let hidden_old = walk(old, shape, "", &mut |path, text| {
        secrets.insert(path.to_owned(), text.to_owned());
        HIDDEN.to_owned()
    });
    let hidden_new = walk(new, shape, "", &mut |path, text| match secrets.get(path) {
        Some(before) if before != text => format!("{HIDDEN} (changed)"),
        _ => HIDDEN.to_owned(),
    });
    (hidden_old, hidden_new)
}

/// Whether a text is a private key, or has one in it: as PEM, or as PEM in base64.
pub(crate) fn holds_private_key(text: &str) -> bool {
    const PEM: &str = "-----BEGIN ";
    const PEM_IN_BASE64: &str = "LS0tLS1CRUdJTi";
    let named = |text: &str| text.contains(PEM) && text.contains("PRIVATE KEY-----");
    let decoded = || BASE64.decode(text.trim()).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    named(text) || text.trim_start().starts_with(PEM_IN_BASE64) && decoded().is_some_and(|text| named(&text))
}

fn walk(node: &Node, shape: &Shape, path: &str, hide: &mut impl FnMut(&str, &str) -> String) -> Node {
    let value = match (&node.value, shape) {
        (Value::Scalar { text, .. }, Shape::Secret) if !node.is_null() && !text.is_empty() => {
            Value::Scalar { text: hide(path, text), plain: false }
        }
        (Value::Scalar { text, .. }, _) if holds_private_key(text) => {
            Value::Scalar { text: hide(path, text), plain: false }
        }
        (Value::List(items), Shape::List(item)) => Value::List(
            items
                .iter()
                .enumerate()
                .map(|(index, value)| walk(value, item, &format!("{path}/{index}"), hide))
                .collect(),
        ),
        (Value::Map(entries), shape) => Value::Map(
            entries
                .iter()
                .map(|entry| {
                    let value = match shape.of(&entry.key) {
                        Some(shape) => walk(&entry.value, shape, &format!("{path}/{}", entry.key), hide),
                        None => entry.value.clone(),
                    };
                    Entry { at: entry.at, key: entry.key.clone(), value }
                })
                .collect(),
        ),
        (value, _) => value.clone(),
    };
    Node { at: node.at, value }
}
