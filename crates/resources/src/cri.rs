//! The container runtime.

use minos_runtime::Definition;

/// The types of this domain.
pub const DEFINITIONS: &[Definition] = &[];
