use crate::problem::Position;

/// One value of a YAML document with its place in the text.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Node {
    pub at: Position,
    pub value: Value,
}

/// What a [`Node`] is. Scalars stay text until a field says what it wants.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    /// `plain` scalars have no quotes: only those can be null, a number or a boolean.
    Scalar {
        text: String,
        plain: bool,
    },
    List(Vec<Node>),
    Map(Vec<Entry>),
}

/// One key of a mapping with its value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Entry {
    pub at: Position,
    pub key: String,
    pub value: Node,
}

impl Default for Value {
    fn default() -> Self {
        Self::Scalar { text: String::new(), plain: true }
    }
}

impl Node {
    pub fn plain(text: impl Into<String>) -> Self {
        Value::Scalar { text: text.into(), plain: true }.into()
    }

    pub fn text(text: impl Into<String>) -> Self {
        Value::Scalar { text: text.into(), plain: false }.into()
    }

    pub fn list(items: impl IntoIterator<Item = Self>) -> Self {
        Value::List(items.into_iter().collect()).into()
    }

    pub fn map<K: Into<String>>(entries: impl IntoIterator<Item = (K, Self)>) -> Self {
        let entry = |(key, value): (K, Self)| Entry { at: Position::default(), key: key.into(), value };
        Value::Map(entries.into_iter().map(entry).collect()).into()
    }

    pub fn is_null(&self) -> bool {
        matches!(&self.value, Value::Scalar { text, plain: true } if matches!(text.as_str(), "" | "~" | "null" | "Null" | "NULL"))
    }

    /// Nothing, or a text of no characters.
    pub fn is_empty(&self) -> bool {
        matches!(&self.value, Value::Scalar { text, .. } if text.is_empty() || self.is_null())
    }

    /// Nothing, a text of no characters, or a collection without values.
    pub fn is_hollow(&self) -> bool {
        match &self.value {
            Value::Scalar { .. } => self.is_empty(),
            Value::List(items) => items.iter().all(Self::is_null),
            Value::Map(entries) => entries.is_empty(),
        }
    }

    pub fn as_text(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar { text, .. } if !self.is_null() => Some(text),
            _ => None,
        }
    }

    pub fn entries(&self) -> &[Entry] {
        match &self.value {
            Value::Map(entries) => entries,
            _ => &[],
        }
    }

    pub fn items(&self) -> &[Self] {
        match &self.value {
            Value::List(items) => items,
            _ => &[],
        }
    }

    pub fn get(&self, key: &str) -> Option<&Self> {
        self.entries().iter().find(|entry| entry.key == key).map(|entry| &entry.value)
    }

    /// What kind of value it is, in words.
    pub fn kind(&self) -> &'static str {
        match &self.value {
            _ if self.is_null() => "nothing",
            Value::Scalar { .. } => "a single value",
            Value::List(_) => "a list",
            Value::Map(_) => "a mapping",
        }
    }
}

impl From<Value> for Node {
    fn from(value: Value) -> Self {
        Self { at: Position::default(), value }
    }
}
