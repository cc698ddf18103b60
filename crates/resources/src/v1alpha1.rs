//! Services and time.

mod time_status;

pub use time_status::TimeStatus;

use minos_runtime::Definition;

/// The types of this domain.
pub const DEFINITIONS: &[Definition] = &[Definition::of::<TimeStatus>()];
