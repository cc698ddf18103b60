//! Where a configuration uses a selector.

use super::list::Selector;
use crate::{
    documents::{Identity, KindInfo},
    node::Node,
    problem::push_key,
    schema::{Effect, Shape},
};

/// A value of a selector's field.
pub(super) struct Occurrence<'a> {
    /// As `LinkConfig "eth0"`; empty for the main document.
    pub document: String,
    /// The name of the document, when documents of its kind have one.
    pub name: Option<String>,
    /// With the places of items in lists.
    pub path: String,
    /// When the field acts.
    pub effect: Effect,
    /// The value.
    pub node: &'a Node,
}

/// Each value of the selector's field in a document, without those of sections that say `ignore: true`.
pub(super) fn find<'a>(selector: &Selector, document: &'a Node) -> Vec<Occurrence<'a>> {
    let identity = Identity::of(document);
    let kind = KindInfo::find(&identity.kind);
    let place = if kind.is_some_and(KindInfo::is_main) { String::new() } else { identity.to_string() };
    let effect = effect(selector, kind.map_or(Effect::Idle, |kind| kind.effect), identity.shape());
    let mut found = vec![(String::new(), document)];
    for step in selector.path.split('.') {
        found = found.into_iter().flat_map(|(path, node)| values(&path, node, step)).collect();
    }
    found.retain(|(_, node)| !node.is_hollow());
    let Identity { name, .. } = identity;
    let occurrence = |(path, node)| Occurrence { document: place.clone(), name: name.clone(), path, effect, node };
    found.into_iter().map(occurrence).collect()
}

fn values<'a>(path: &str, node: &'a Node, step: &str) -> Vec<(String, &'a Node)> {
    let ignored = node.get("ignore").and_then(Node::as_text) == Some("true");
    let key = step.trim_end_matches("[]");
    let Some(value) = node.get(key).filter(|_| !ignored) else {
        return Vec::new();
    };
    let mut path = path.to_owned();
    push_key(&mut path, key);
    if key == step {
        return vec![(path, value)];
    }
    value.items().iter().enumerate().map(|(index, item)| (format!("{path}[{index}]"), item)).collect()
}

/// The field's own effect, else that of what it stands in.
fn effect(selector: &Selector, of_kind: Effect, mut shape: &'static Shape) -> Effect {
    let mut effect = of_kind;
    for step in selector.path.split('.') {
        let Some(field) = shape.field(step.trim_end_matches("[]")) else {
            return effect;
        };
        effect = field.effect.unwrap_or(effect);
        shape = match field.shape {
            Shape::List(items) if step.ends_with("[]") => items,
            other => other,
        };
    }
    effect
}
