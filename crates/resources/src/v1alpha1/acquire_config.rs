//! Looking for a configuration.

use crate::declare::resource;

resource! {
    /// The boot waits for a configuration.
    #[derive(Default, Eq)]
    pub struct AcquireConfigSpec = "AcquireConfigSpecs.v1alpha1.talos.dev" in "runtime" => {}
}

resource! {
    /// A configuration was found.
    #[derive(Default, Eq)]
    pub struct AcquireConfigStatus = "AcquireConfigStatuses.v1alpha1.talos.dev" in "runtime" => {}
}
