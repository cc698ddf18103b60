//! The machine itself: stage, kernel, platform, boot.

use minos_runtime::Definition;

/// The types of this domain.
pub const DEFINITIONS: &[Definition] = &[];
