//! The machine configuration as a resource.

mod machine_config;
mod machine_type;

pub use machine_config::MachineConfig;
pub use machine_type::MachineType;

use minos_runtime::Definition;

/// The types of this domain.
pub const DEFINITIONS: &[Definition] = &[Definition::of::<MachineConfig>(), Definition::of::<MachineType>()];
