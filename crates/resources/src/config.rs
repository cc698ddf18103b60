//! The machine configuration as a resource.

mod machine_config;
mod machine_type;

pub use machine_config::MachineConfig;
pub use machine_type::{MachineRole, MachineType};

use crate::declare::definitions;

definitions![MachineConfig, MachineType];
