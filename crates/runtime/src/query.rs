//! Selecting resources by label, as the state API of the contract does.

use crate::Metadata;

/// How a label's value is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LabelOp {
    /// The label is there.
    Exists,
    /// The value is exactly this.
    Equal(String),
    /// The value is one of these.
    In(Vec<String>),
    /// The value sorts before this.
    LessThan(String),
    /// The value sorts before this or is it.
    LessOrEqual(String),
    /// The value as a number is below this.
    LessThanNumeric(i64),
    /// The value as a number is at most this.
    LessOrEqualNumeric(i64),
}

/// One condition on one label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelTerm {
    /// Label.
    pub key: String,
    /// Comparison.
    pub op: LabelOp,
    /// Negated.
    pub invert: bool,
}

/// All terms have to hold.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LabelQuery {
    /// The terms.
    pub terms: Vec<LabelTerm>,
}

/// A choice of resources: one of the label queries matches (or there is none).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query {
    /// Alternatives.
    pub labels: Vec<LabelQuery>,
}

impl LabelTerm {
    fn matches(&self, metadata: &Metadata) -> bool {
        let value = metadata.labels.get(&self.key);
        let number = |value: &String| value.parse::<i64>().ok();
        let holds = match (&self.op, value) {
            (_, None) => false,
            (LabelOp::Exists, Some(_)) => true,
            (LabelOp::Equal(want), Some(value)) => value == want,
            (LabelOp::In(wants), Some(value)) => wants.contains(value),
            (LabelOp::LessThan(want), Some(value)) => value < want,
            (LabelOp::LessOrEqual(want), Some(value)) => value <= want,
            (LabelOp::LessThanNumeric(want), Some(value)) => number(value).is_some_and(|n| n < *want),
            (LabelOp::LessOrEqualNumeric(want), Some(value)) => number(value).is_some_and(|n| n <= *want),
        };
        holds != self.invert
    }
}

impl Query {
    /// The query that selects resources whose label `key` is `value`.
    pub fn label(key: &str, value: &str) -> Self {
        let term = LabelTerm { key: key.to_owned(), op: LabelOp::Equal(value.to_owned()), invert: false };
        Self { labels: vec![LabelQuery { terms: vec![term] }] }
    }

    /// Whether a resource is selected.
    pub fn matches(&self, metadata: &Metadata) -> bool {
        self.labels.is_empty() || self.labels.iter().any(|query| query.terms.iter().all(|term| term.matches(metadata)))
    }
}
