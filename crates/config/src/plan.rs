//! What a change of the configuration does, field by field.

use std::{
    collections::{BTreeSet, HashMap},
    fmt,
    hash::Hash,
};

use crate::{
    config::Config,
    documents::{Document, Identity, KindInfo},
    node::{Entry, Node, Value},
    problem::push_key,
    schema::{Effect, Shape},
};

/// Every difference between two configurations, in the order of the documents.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// The differences.
    pub changes: Vec<Change>,
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The document, as `LinkConfig "eth0"`; empty for the main one.
    pub document: String,
    /// The field, as `machine.sysctls`; empty for a whole document.
    pub path: String,
    /// What happens to it.
    pub what: What,
    /// When that takes effect.
    pub effect: Effect,
}

/// What happens to a field or a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// It is new.
    Added,
    /// It has another value.
    Changed,
    /// It is gone.
    Removed,
}

impl Config {
    /// What it takes to come from `self` to `new`. Values that mean the same, however they are written, are no change.
    pub fn plan(&self, new: &Self) -> Plan {
        let mut plan = Plan::default();
        let (old, new) = (identified(self), identified(new));
        for (identity, before, after) in matched(&old, &new, |(identity, _)| identity) {
            plan.compare_documents(identity, before.map(|(_, node)| node), after.map(|(_, node)| node));
        }
        plan
    }
}

/// The documents as trees that are written alike.
fn identified(config: &Config) -> Vec<(Identity, Node)> {
    let node = |document: &Document| {
        let node = document.encode();
        (Identity::of(&node), node)
    };
    config.documents().iter().map(node).collect()
}

impl Plan {
    /// Whether nothing changes.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// The changes that wait for the next boot.
    pub fn reboots(&self) -> impl Iterator<Item = &Change> {
        self.changes.iter().filter(|change| change.effect == Effect::Reboot)
    }

    /// The services and static pods that are restarted.
    pub fn restarts(&self) -> BTreeSet<&'static str> {
        let names = |change: &Change| match change.effect {
            Effect::Restarts(names) => names,
            _ => &[],
        };
        self.changes.iter().flat_map(names).copied().collect()
    }

    fn compare_documents(&mut self, identity: &Identity, before: Option<&Node>, after: Option<&Node>) {
        let kind = KindInfo::find(&identity.kind);
        let effect = kind.map_or(Effect::Idle, |kind| kind.effect);
        let document = if kind.is_some_and(KindInfo::is_main) { String::new() } else { identity.to_string() };
        let mut walk = Walk { document, changes: &mut self.changes };
        match (before, after) {
            (Some(before), Some(after)) => walk.compare("", before, after, identity.shape(), effect),
            (None, Some(_)) => walk.add("", What::Added, effect),
            (Some(_), None) => walk.add("", What::Removed, effect),
            (None, None) => {}
        }
    }
}

/// On the way through one document.
struct Walk<'a> {
    document: String,
    changes: &'a mut Vec<Change>,
}

impl Walk<'_> {
    fn add(&mut self, path: &str, what: What, effect: Effect) {
        self.changes.push(Change { document: self.document.clone(), path: path.to_owned(), what, effect });
    }

    fn compare(&mut self, path: &str, before: &Node, after: &Node, shape: &Shape, effect: Effect) {
        match (&before.value, &after.value, shape) {
            (Value::Map(old), Value::Map(new), Shape::Section(_) | Shape::Map(_)) => {
                for (key, before, after) in matched(old, new, |entry| &entry.key) {
                    let path = join(path, key);
                    let effect = shape.field(key).and_then(|field| field.effect).unwrap_or(effect);
                    let nothing = Node::map::<String>([]);
                    match (before.map(|entry| &entry.value), after.map(|entry| &entry.value), shape.of(key)) {
                        (Some(old), Some(new), Some(shape)) => self.compare(&path, old, new, shape, effect),
                        // Its parts may act in different ways.
                        (None, Some(new), Some(shape)) if has_parts(new, shape) => {
                            self.compare(&path, &nothing, new, shape, effect);
                        }
                        (Some(old), None, Some(shape)) if has_parts(old, shape) => {
                            self.compare(&path, old, &nothing, shape, effect);
                        }
                        (None, Some(_), _) => self.add(&path, What::Added, effect),
                        (Some(_), None, _) => self.add(&path, What::Removed, effect),
                        _ => {}
                    }
                }
            }
            (Value::List(old), Value::List(new), Shape::List(items)) if old.len() == new.len() => {
                for (index, (old, new)) in old.iter().zip(new).enumerate() {
                    self.compare(&format!("{path}[{index}]"), old, new, items, effect);
                }
            }
            (old, new, _) if !same(old, new) => self.add(path, What::Changed, effect),
            _ => {}
        }
    }
}

/// What stands in both under the same name, or in one of them: first all of the old ones, then the new.
fn matched<'a, T, K: Eq + Hash + 'a>(
    old: &'a [T],
    new: &'a [T],
    name: impl Fn(&'a T) -> &'a K + Copy + 'a,
) -> impl Iterator<Item = (&'a K, Option<&'a T>, Option<&'a T>)> {
    let by_name = |all: &'a [T]| all.iter().map(|one| (name(one), one)).collect::<HashMap<_, _>>();
    let (before, after) = (by_name(old), by_name(new));
    let kept = old.iter().map(move |one| (name(one), Some(one), after.get(name(one)).copied()));
    let added = new.iter().filter(move |one| !before.contains_key(name(one)));
    kept.chain(added.map(move |one| (name(one), None, Some(one))))
}

/// Whether it is a section, or free keys, with something in it.
fn has_parts(node: &Node, shape: &Shape) -> bool {
    matches!(shape, Shape::Section(_) | Shape::Map(_)) && !node.entries().is_empty()
}

/// Places do not count.
fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Scalar { text: a, .. }, Value::Scalar { text: b, .. }) => a == b,
        (Value::List(a), Value::List(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(&a.value, &b.value))
        }
        (Value::Map(a), Value::Map(b)) => {
            let equal = |(_, one, other): (_, Option<&Entry>, Option<&Entry>)| match (one, other) {
                (Some(one), Some(other)) => same(&one.value.value, &other.value.value),
                _ => false,
            };
            a.len() == b.len() && matched(a, b, |entry| &entry.key).all(equal)
        }
        _ => false,
    }
}

fn join(path: &str, key: &str) -> String {
    let mut path = path.to_owned();
    push_key(&mut path, key);
    path
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Added => "+",
            Self::Changed => "~",
            Self::Removed => "-",
        })
    }
}

impl Change {
    /// The document and the field.
    pub fn place(&self) -> String {
        match (self.document.as_str(), self.path.as_str()) {
            ("", "") => "v1alpha1".to_owned(),
            ("", path) => path.to_owned(),
            (document, "") => document.to_owned(),
            (document, path) => format!("{document}: {path}"),
        }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.what, self.place(), self.effect)
    }
}
