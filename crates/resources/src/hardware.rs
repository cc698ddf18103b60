//! Hardware.

mod pci;
mod pcr;
mod smbios;
mod system_information;

pub use pci::{PciDevice, PciDriverRebindConfig, PciDriverRebindStatus};
pub use pcr::PcrStatus;
pub use smbios::{MemoryModule, Processor};
pub use system_information::SystemInformation;

use crate::declare::definitions;

/// The namespace of this domain.
pub const NAMESPACE: &str = "hardware";

definitions![
    MemoryModule,
    PciDevice,
    PciDriverRebindConfig,
    PciDriverRebindStatus,
    PcrStatus,
    Processor,
    SystemInformation,
];
