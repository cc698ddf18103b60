//! What users are told about configurations: everything here comes from what stands beside the fields.
//!
//! [`explain`] answers for one field, [`Kind::markdown`] makes a reference page, [`json_schema`] is for editors.

mod acts;
mod commented;
mod explain;
mod json_schema;
mod markdown;
mod words;

use std::collections::BTreeSet;

use crate::{
    documents::{Identity, KINDS, KindInfo},
    node::{Node, Value},
    read::read,
    schema::{Effect, Field, Shape},
};

pub use acts::{Use, uses};
pub use commented::{Comments, commented};
pub use explain::{Explanation, Part, UnknownPath, explain};
pub use json_schema::json_schema;

/// A kind of document.
#[derive(Clone, Copy, Debug)]
pub struct Kind(&'static KindInfo);

/// Every kind, the main document first.
pub fn kinds() -> impl Iterator<Item = Kind> {
    KINDS.iter().map(Kind)
}

impl Kind {
    /// As `kind` says it; `v1alpha1` for the main document.
    pub fn name(self) -> &'static str {
        self.0.name
    }

    /// When a change takes effect, unless a field says otherwise.
    pub fn effect(self) -> Effect {
        self.0.effect
    }

    /// What it is for, in a sentence.
    pub fn summary(self) -> String {
        words::summary(self.0.doc)
    }

    /// A document that shows its fields.
    pub fn example(self) -> &'static str {
        self.0.example
    }

    /// The fields that none of these texts gives a value.
    pub fn unused_in(self, texts: &[&str]) -> Vec<String> {
        let mut unused = BTreeSet::new();
        every_field("", self.0.shape, &mut |path, _| {
            unused.insert(path.to_owned());
        });
        for node in texts.iter().flat_map(|text| read(text.as_bytes()).0) {
            if Identity::of(&node).kind == self.0.name {
                used("", &node, self.0.shape, &mut |path| {
                    unused.remove(path);
                });
            }
        }
        unused.into_iter().collect()
    }

    /// The fields that are checked and then do nothing yet, without what stands in them.
    pub fn idle_fields(self) -> Vec<String> {
        fn collect(path: &str, shape: &Shape, found: &mut Vec<String>) {
            for field in shape.inner_fields() {
                let path = below(path, field.key);
                if field.is_idle() { found.push(path) } else { collect(&path, field.shape, found) }
            }
        }
        let mut found = Vec::new();
        collect("", self.0.shape, &mut found);
        found
    }

    /// The fields of which nobody says when a change takes effect.
    pub fn without_effect(self) -> Vec<String> {
        let mut without = Vec::new();
        if self.0.name == "v1alpha1" {
            effects("", self.0.shape, None, &mut |path, effect| {
                if effect.is_none() {
                    without.push(path.to_owned());
                }
            });
        }
        without
    }
}

/// The reference pages: file names and contents.
pub fn pages() -> Vec<(String, String)> {
    let mut index = "# Machine configuration\n\nOne or more YAML documents. These pages are made from the source (`minosctl \
                     docs docs/reference`); `minosctl explain` shows the same in a terminal.\n\n| Kind | What it is for |\n|---|---|\n"
        .to_owned();
    let mut pages = Vec::new();
    for kind in kinds() {
        index.push_str(&format!("| [{0}]({0}.md) | {1} |\n", kind.name(), kind.summary()));
        pages.push((format!("{}.md", kind.name()), kind.markdown()));
    }
    pages.push(("README.md".to_owned(), index));
    pages
}

/// Which kinds and fields act, as a table in Markdown.
pub fn acting() -> String {
    let mut table = "| Kind | Read and checked | Acted on |\n|---|---|---|\n".to_owned();
    for kind in kinds() {
        let idle: Vec<String> = kind.idle_fields().iter().map(|path| format!("`{path}`")).collect();
        let acts = match (kind.effect(), idle.as_slice()) {
            (Effect::Idle, _) => "no".to_owned(),
            (_, []) => "yes".to_owned(),
            (_, idle) => format!("yes, but for {}", idle.join(", ")),
        };
        table.push_str(&format!("| [{0}](reference/{0}.md) | yes | {acts} |\n", kind.name()));
    }
    table
}

/// Walks the fields that hold values, with the effect that holds for each.
fn effects(path: &str, shape: &Shape, above: Option<Effect>, see: &mut impl FnMut(&str, Option<Effect>)) {
    for field in shape.inner_fields() {
        let path = below(path, field.key);
        let effect = field.effect.or(above);
        if field.shape.inner_fields().is_empty() {
            see(&path, effect);
        }
        effects(&path, field.shape, effect, see);
    }
}

fn every_field(path: &str, shape: &Shape, see: &mut impl FnMut(&str, &'static Field)) {
    for field in shape.inner_fields() {
        let path = below(path, field.key);
        see(&path, field);
        every_field(&path, field.shape, see);
    }
}

fn used(path: &str, node: &Node, shape: &Shape, see: &mut impl FnMut(&str)) {
    match (&node.value, shape) {
        (Value::List(items), Shape::List(shape)) => items.iter().for_each(|item| used(path, item, shape, see)),
        (Value::Map(entries), Shape::Map(shape)) => {
            entries.iter().for_each(|entry| used(path, &entry.value, shape, see));
        }
        (Value::Map(entries), Shape::Section(_)) => {
            for entry in entries {
                if let Some(field) = shape.field(&entry.key) {
                    let path = below(path, field.key);
                    see(&path);
                    used(&path, &entry.value, field.shape, see);
                }
            }
        }
        _ => {}
    }
}

/// `path.key`; items and free keys have no step of their own.
fn below(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}
