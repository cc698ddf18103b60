//! What can go wrong with a store operation, by class.

/// A refused store operation. The classes are those of the contract's state API.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StateError {
    /// No such resource.
    #[error("resource {0} does not exist")]
    NotFound(String),
    /// It exists already.
    #[error("resource {0} already exists")]
    Exists(String),
    /// The version that the caller saw is not the current one.
    #[error("resource {resource} is at version {actual}, not {expected}")]
    VersionConflict {
        /// Which resource.
        resource: String,
        /// What the caller saw.
        expected: u64,
        /// What it is.
        actual: u64,
    },
    /// Somebody else owns it.
    #[error("resource {resource} is owned by {owner:?}, not {actor:?}")]
    OwnerConflict {
        /// Which resource.
        resource: String,
        /// Its owner.
        owner: String,
        /// Who tried.
        actor: String,
    },
    /// It is being torn down, so it cannot change.
    #[error("resource {0} is being torn down")]
    PhaseConflict(String),
    /// It still has finalizers, so it cannot be destroyed.
    #[error("resource {resource} waits for {finalizers:?}")]
    PendingFinalizers {
        /// Which resource.
        resource: String,
        /// Who is not done with it.
        finalizers: Vec<String>,
    },
    /// The bookmark is not one that the store still remembers.
    #[error("bookmark is no longer valid: {0}")]
    InvalidBookmark(&'static str),
    /// A controller touched what it has not declared.
    #[error("controller {controller} may not {access} {type_name} in namespace {namespace:?}: not declared")]
    Undeclared {
        /// Which controller.
        controller: String,
        /// `read` or `write`.
        access: &'static str,
        /// Which type.
        type_name: &'static str,
        /// In which namespace.
        namespace: String,
    },
}

impl StateError {
    /// Whether the resource is missing.
    pub fn is_not_found(&self) -> bool {
        matches!(self, StateError::NotFound(_))
    }

    /// Whether somebody else was first: exists, other version, other owner or other phase.
    pub fn is_conflict(&self) -> bool {
        matches!(
            self,
            StateError::Exists(_)
                | StateError::VersionConflict { .. }
                | StateError::OwnerConflict { .. }
                | StateError::PhaseConflict(_)
                | StateError::PendingFinalizers { .. }
        )
    }
}
