use super::{Effect, Shape};
use crate::node::{Node, Value};

/// A known key, and all that is told about it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Field {
    pub key: &'static str,
    pub shape: &'static Shape,
    /// What it means, in Markdown.
    pub doc: &'static str,
    /// When a change of it takes effect; what it stands in says so when it does not.
    pub effect: Option<Effect>,
    /// Superseded: it is accepted, acts, and a notice gives this hint.
    pub deprecated: Option<&'static str>,
    /// Its deprecation is a warning, which a strict check refuses: where upstream warns, too.
    pub strict: bool,
    /// The version of the contract that brought it, when that is later than v1.0.
    pub since: Option<&'static str>,
    /// What holds when it is left out, in YAML or in words.
    pub default: Option<&'static str>,
    /// A value, in YAML.
    pub example: Option<&'static str>,
    /// The only values that it may have; empty when there is no such list.
    pub values: &'static [&'static str],
    /// It must be given.
    pub required: bool,
    /// In a merge the new list replaces the old one (else it is appended).
    pub replace: bool,
    /// In a merge items that agree in one of these keys are the same item.
    pub keyed: &'static [&'static str],
    /// The same item is replaced as a whole (else its keys are merged).
    pub replace_items: bool,
}

impl Field {
    pub const fn new(key: &'static str, shape: &'static Shape, doc: &'static str) -> Self {
        Self {
            key,
            shape,
            doc,
            effect: None,
            deprecated: None,
            strict: false,
            since: None,
            default: None,
            example: None,
            values: &[],
            required: false,
            replace: false,
            keyed: &[],
            replace_items: false,
        }
    }

    /// Nothing acts on it yet: it is accepted with a notice.
    pub const fn idle(self) -> Self {
        self.effect(Effect::Idle)
    }

    pub const fn effect(mut self, effect: Effect) -> Self {
        self.effect = Some(effect);
        self
    }

    pub const fn deprecated(mut self, hint: &'static str) -> Self {
        self.deprecated = Some(hint);
        self
    }

    pub const fn strict(mut self) -> Self {
        self.strict = true;
        self
    }

    pub const fn since(mut self, version: &'static str) -> Self {
        self.since = Some(version);
        self
    }

    pub const fn default(mut self, value: &'static str) -> Self {
        self.default = Some(value);
        self
    }

    pub const fn example(mut self, value: &'static str) -> Self {
        self.example = Some(value);
        self
    }

    pub const fn values(mut self, values: &'static [&'static str]) -> Self {
        self.values = values;
        self
    }

    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    pub const fn replace(mut self) -> Self {
        self.replace = true;
        self
    }

    pub const fn keyed(mut self, keys: &'static [&'static str]) -> Self {
        self.keyed = keys;
        self
    }

    pub const fn replace_items(mut self) -> Self {
        self.replace_items = true;
        self
    }

    /// Whether a value says no more than what holds anyway.
    pub fn is_default(&self, value: &Node) -> bool {
        match &value.value {
            Value::Scalar { text, .. } => self.default == Some(text.as_str()),
            Value::Map(entries) => {
                let is_default = |field: &Self, value: &Node| value.is_null() || field.is_default(value);
                let known = |key: &str| self.shape.field(key);
                entries.iter().all(|entry| known(&entry.key).is_some_and(|field| is_default(field, &entry.value)))
            }
            Value::List(items) => items.is_empty(),
        }
    }

    pub fn is_idle(&self) -> bool {
        self.effect == Some(Effect::Idle)
    }
}
