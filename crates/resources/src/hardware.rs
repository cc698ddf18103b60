//! Hardware.

mod system_information;

pub use system_information::SystemInformation;

use minos_runtime::Definition;

/// The namespace of this domain.
pub const NAMESPACE: &str = "hardware";

/// The types of this domain.
pub const DEFINITIONS: &[Definition] = &[Definition::of::<SystemInformation>()];
