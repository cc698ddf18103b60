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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Config, Mode,
        documents::{Identity, KINDS},
        read::read,
    };

    /// The texts that no one may see, from the examples.
    fn secrets(node: &Node, shape: &Shape, found: &mut Vec<String>) {
        match (&node.value, shape) {
            (Value::Scalar { text, .. }, Shape::Secret) => found.push(text.clone()),
            (Value::List(items), Shape::List(shape)) => items.iter().for_each(|item| secrets(item, shape, found)),
            (Value::Map(entries), shape) => {
                for entry in entries {
                    if let Some(shape) = shape.of(&entry.key) {
                        secrets(&entry.value, shape, found);
                    }
                }
            }
            _ => {}
        }
    }

    #[test]
    fn no_secret_of_any_example_is_shown() {
        let mut count = 0;
        for kind in KINDS {
            let mut found = Vec::new();
            let (nodes, _) = read(kind.example.as_bytes());
            nodes.iter().for_each(|node| secrets(node, Identity::of(node).shape(), &mut found));
            let (config, warnings) = Config::parse(kind.example.as_bytes()).unwrap();
            let empty = Config::parse(b"version: v1alpha1\n").unwrap().0;
            // Broken in every line, one after the other: whatever is answered, it holds no secret.
            let lines: Vec<&str> = kind.example.lines().collect();
            let answers = (0..lines.len()).map(|at| {
                let mut broken = lines.clone();
                let line = format!("{} {{", lines[at]);
                broken[at] = &line;
                match Config::load(broken.join("\n").as_bytes(), Mode::Metal) {
                    Ok((_, warnings)) => warnings.lines().join("\n"),
                    Err(problems) => problems.to_string(),
                }
            });
            let shown = [
                config.redacted(),
                format!("{config:?}"),
                config.diff(&empty),
                empty.diff(&config),
                warnings.lines().join("\n"),
                answers.collect(),
            ]
            .concat();
            for secret in found.iter().filter(|secret| secret.len() > 3) {
                count += 1;
                assert!(!shown.contains(secret.as_str()), "{}: {secret:?} is shown", kind.name);
                let decoded = BASE64.decode(secret).ok().and_then(|bytes| String::from_utf8(bytes).ok());
                let body = decoded.as_deref().and_then(|pem| pem.lines().nth(1));
                assert!(body.is_none_or(|line| !shown.contains(line)), "{}: a key is shown", kind.name);
            }
        }
        assert!(count > 12, "{count} secrets");
    }
}
