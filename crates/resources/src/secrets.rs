//! Roots and leaves of every certificate authority.

use minos_runtime::Definition;

/// The types of this domain.
pub const DEFINITIONS: &[Definition] = &[];
