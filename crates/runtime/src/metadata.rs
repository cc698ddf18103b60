//! What every resource carries beside its spec.

use std::collections::{BTreeMap, BTreeSet};
use std::time::SystemTime;

use crate::Spec;

/// Labels: short strings that queries select by.
pub type Labels = BTreeMap<String, String>;

/// Where a resource is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Phase {
    /// In use.
    Running,
    /// Asked to go; it stays until the last finalizer is removed.
    TearingDown,
}

impl Phase {
    /// The word that the contract uses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Phase::Running => "running",
            Phase::TearingDown => "tearingDown",
        }
    }
}

/// Identity, version, phase, owner and labels of a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Metadata {
    /// Namespace.
    pub namespace: String,
    /// Type name, [`crate::Spec::TYPE`].
    pub type_name: &'static str,
    /// Unique within namespace and type.
    pub id: String,
    /// Starts at 1 and rises by one with every change.
    pub version: u64,
    /// Phase.
    pub phase: Phase,
    /// Name of the controller that wrote it; empty for what the API or the boot sequence wrote.
    pub owner: String,
    /// Who has to be done with it before it can go.
    pub finalizers: BTreeSet<String>,
    /// Labels.
    pub labels: Labels,
    /// Annotations.
    pub annotations: Labels,
    /// When it came.
    pub created: SystemTime,
    /// When it last changed.
    pub updated: SystemTime,
    /// Destroyed by the store itself as soon as the last finalizer is gone.
    pub(crate) doomed: bool,
}

impl Metadata {
    /// Of a new resource, with the annotations of its type.
    pub(crate) fn of<S: Spec>(namespace: &str, id: &str) -> Self {
        let now = SystemTime::now();
        let annotation = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
        Self {
            namespace: namespace.to_owned(),
            type_name: S::TYPE,
            id: id.to_owned(),
            version: 0,
            phase: Phase::Running,
            owner: String::new(),
            finalizers: BTreeSet::new(),
            labels: Labels::new(),
            annotations: S::ANNOTATIONS.iter().map(annotation).collect(),
            created: now,
            updated: now,
            doomed: false,
        }
    }

    /// Whether the resource is in use, that is not being torn down.
    pub fn is_running(&self) -> bool {
        self.phase == Phase::Running
    }
}
