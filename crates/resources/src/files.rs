//! Files that the node writes into /etc.

mod etc_file;

pub use etc_file::{EtcFileSpec, EtcFileStatus};

use minos_runtime::Definition;

/// The types of this domain.
pub const DEFINITIONS: &[Definition] = &[Definition::of::<EtcFileSpec>(), Definition::of::<EtcFileStatus>()];
