//! The machine configuration as a resource.

mod machine_type;

pub use machine_type::MachineType;

use minos_runtime::Definition;

/// The types of this domain.
pub const DEFINITIONS: &[Definition] = &[Definition::of::<MachineType>()];
