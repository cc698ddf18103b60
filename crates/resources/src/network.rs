//! Links, addresses, routes, names and time servers.

use minos_runtime::Definition;

/// The types of this domain.
pub const DEFINITIONS: &[Definition] = &[];
