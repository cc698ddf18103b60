//! Measurements of the TPM.

use crate::declare::resource;

resource! {
    /// A measurement that was extended; it has no content.
    #[derive(Default, Eq)]
    pub struct PcrStatus = "PCRStatuses.hardware.talos.dev" in "hardware" => {}
}
