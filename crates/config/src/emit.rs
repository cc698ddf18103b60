//! From trees to text: block style, two spaces, quotes only where YAML would read something else.

use crate::node::{Node, Value};

/// Writes one document, ending in a newline.
pub(crate) fn emit(node: &Node) -> String {
    let mut out = String::new();
    match &node.value {
        Value::Map(entries) if !entries.is_empty() => value(&mut out, node, 0),
        Value::List(items) if !items.is_empty() => value(&mut out, node, 0),
        _ => {
            inline(&mut out, node);
            out.push('\n');
        }
    }
    out
}

/// Writes a non-empty collection at the given depth; the cursor is at the start of a line.
fn value(out: &mut String, node: &Node, depth: usize) {
    match &node.value {
        Value::Map(entries) => {
            for (index, entry) in entries.iter().enumerate() {
                // The first key of an item stands behind its dash.
                if index > 0 || !out.ends_with("- ") {
                    indent(out, depth);
                }
                scalar(out, &entry.key, false, depth);
                out.push(':');
                child(out, &entry.value, depth);
            }
        }
        Value::List(items) => {
            for (index, item) in items.iter().enumerate() {
                if index > 0 || !out.ends_with("- ") {
                    indent(out, depth);
                }
                out.push_str("- ");
                if is_filled(item) {
                    value(out, item, depth + 1);
                } else {
                    inline_at(out, item, depth);
                    out.push('\n');
                }
            }
        }
        Value::Scalar { .. } => inline_at(out, node, depth),
    }
}

fn child(out: &mut String, node: &Node, depth: usize) {
    if is_filled(node) {
        out.push('\n');
        value(out, node, depth + 1);
    } else {
        if !node.is_null() || matches!(&node.value, Value::Scalar { text, .. } if !text.is_empty()) {
            out.push(' ');
        }
        inline_at(out, node, depth);
        out.push('\n');
    }
}

fn is_filled(node: &Node) -> bool {
    !node.items().is_empty() || !node.entries().is_empty()
}

fn inline(out: &mut String, node: &Node) {
    inline_at(out, node, 0);
}

fn inline_at(out: &mut String, node: &Node, depth: usize) {
    match &node.value {
        Value::List(_) => out.push_str("[]"),
        Value::Map(_) => out.push_str("{}"),
        Value::Scalar { text, plain } => scalar(out, text, *plain, depth),
    }
}

fn scalar(out: &mut String, text: &str, plain: bool, depth: usize) {
    if plain {
        out.push_str(text);
    } else if is_block(text) {
        block(out, text, depth);
    } else if reads_as_itself(text) {
        out.push_str(text);
    } else {
        quoted(out, text);
    }
}

/// Texts of several lines are written as a block when the block form can hold them.
fn is_block(text: &str) -> bool {
    let breaks = text.trim_end_matches('\n').contains('\n');
    let printable = text.chars().all(|c| c == '\n' || !c.is_control());
    breaks && printable && !text.starts_with([' ', '\n', '\t']) && !text.lines().any(|line| line.ends_with(' '))
}

fn block(out: &mut String, text: &str, depth: usize) {
    let trimmed = text.trim_end_matches('\n');
    out.push_str(match text.len() - trimmed.len() {
        0 => "|-",
        1 => "|",
        _ => "|+",
    });
    for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
        out.push('\n');
        if !line.is_empty() {
            indent(out, depth + 1);
            out.push_str(line);
        }
    }
}

/// True when a plain scalar with this text is read as this very text.
fn reads_as_itself(text: &str) -> bool {
    let Some(first) = text.chars().next() else {
        return false;
    };
    let safe_start = first.is_ascii_alphabetic() || "/_*.".contains(first) && text.len() > 1 && first != '*';
    let number_like = text.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c));
    let dated = number_like && !text.chars().any(char::is_alphabetic);
    let start = safe_start || (first.is_ascii_digit() && !dated && !looks_numeric(text));
    start
        && text.chars().all(|c| !c.is_control() && c != '\u{feff}')
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.ends_with([':', ' '])
        && !is_reserved(text)
        && !looks_numeric(text)
}

/// Anything that some reader of YAML 1.1 or 1.2 takes for a number, a time or a base-60 integer.
fn looks_numeric(text: &str) -> bool {
    text.parse::<f64>().is_ok()
        || text.starts_with("0x")
        || text.starts_with("0o")
        || text.starts_with("0b")
        || text.chars().all(|c| c.is_ascii_digit() || "_:.,-+eE".contains(c))
}

fn is_reserved(text: &str) -> bool {
    const WORDS: [&str; 14] =
        ["null", "true", "false", "yes", "no", "on", "off", "y", "n", ".nan", ".inf", "nan", "inf", "infinity"];
    WORDS.contains(&text.to_ascii_lowercase().as_str())
}

fn quoted(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if c.is_control() || c == '\u{feff}' => out.push_str(&format!("\\U{:08X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
}

fn indent(out: &mut String, depth: usize) {
    for _ in 0..depth {
        out.push_str("  ");
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::read::read;

    /// Values without their places, quotes and order of nothing: what must survive.
    fn bare(node: &Node) -> Node {
        match &node.value {
            Value::Scalar { text, plain } => {
                Value::Scalar { text: text.clone(), plain: *plain && node.is_null() }.into()
            }
            Value::List(items) => Node::list(items.iter().map(bare)),
            Value::Map(entries) => Node::map(entries.iter().map(|entry| (entry.key.clone(), bare(&entry.value)))),
        }
    }

    fn trees() -> impl Strategy<Value = Node> {
        let leaf = prop_oneof![
            "\\PC{0,20}".prop_map(Node::text),
            "[a-z0-9 :#\\-\n'\"|>\\[\\]{}&*!%@`,?~.]{0,12}".prop_map(Node::text),
            Just(Node::text("null")),
            Just(Node::text("0777")),
            Just(Node::text("a\nb\n\n")),
        ];
        leaf.prop_recursive(4, 32, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Node::list),
                prop::collection::btree_map("[a-zA-Z0-9:# .\\-]{1,8}", inner, 0..5).prop_map(Node::map),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(tree in trees()) {
            let text = emit(&tree);
            let (documents, problems) = read(text.as_bytes());
            prop_assert!(problems.is_empty(), "{problems:?}\n{text}");
            prop_assert_eq!(documents.len(), 1, "{}", text);
            prop_assert_eq!(bare(&documents[0]), bare(&tree), "{}", text);
        }
    }
}
