//! Laying one tree over another, by the shape of the document: what `strategic merge` means for machine configurations.

use crate::{
    node::{Entry, Node, Value},
    schema::{Field, Shape},
};

/// Asks for the removal of the mapping or list item that it stands in.
const DIRECTIVE: &str = "$patch";
const DELETE: &str = "delete";

/// `over` laid over `base`. Mappings are merged key by key, lists appended, except where their field says otherwise.
pub(crate) fn merge(base: &mut Node, over: &Node, shape: &Shape) {
    merge_field(base, over, shape, None);
}

fn merge_field(base: &mut Node, over: &Node, shape: &Shape, field: Option<&Field>) {
    let replace = field.is_some_and(|field| field.replace);
    if over.is_null() {
        return;
    }
    match (&mut base.value, &over.value) {
        (Value::Map(_), Value::Map(_)) if !replace => merge_maps(base, over, shape),
        (Value::List(items), Value::List(more)) if !replace && !matches!(shape, Shape::Arguments) => {
            let item_shape = match shape {
                Shape::List(shape) => shape,
                _ => &Shape::Any,
            };
            merge_lists(items, more, item_shape, field);
        }
        _ => *base = over.clone(),
    }
}

fn merge_maps(base: &mut Node, over: &Node, shape: &Shape) {
    let Value::Map(entries) = &mut base.value else {
        return;
    };
    for entry in over.entries() {
        if is_deleted(&entry.value) {
            entries.retain(|mine| mine.key != entry.key);
            continue;
        }
        let shape_of = shape.of(&entry.key).unwrap_or(&Shape::Any);
        match entries.iter_mut().find(|mine| mine.key == entry.key) {
            Some(mine) => merge_field(&mut mine.value, &entry.value, shape_of, shape.field(&entry.key)),
            None => entries.push(entry.clone()),
        }
    }
}

fn merge_lists(items: &mut Vec<Node>, more: &[Node], shape: &Shape, field: Option<&Field>) {
    let keys = field.map_or(&[][..], |field| field.keyed);
    for over in more {
        if is_deleted(over) {
            items.retain(|item| !matches_all(item, over));
            continue;
        }
        let same = |item: &&mut Node| keys.iter().any(|key| is_same(item.get(key), over.get(key)));
        match items.iter_mut().find(same) {
            Some(item) if field.is_some_and(|field| field.replace_items) => *item = over.clone(),
            Some(item) => merge(item, over, shape),
            None => items.push(over.clone()),
        }
    }
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
