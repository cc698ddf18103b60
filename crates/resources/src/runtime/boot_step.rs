//! How long a step of the boot took.

use crate::declare::resource;

resource! {
    /// A timed step of the boot. Times are milliseconds since the kernel started (`CLOCK_BOOTTIME`).
    #[derive(Eq)]
    pub struct BootStep = "BootSteps.runtime.minos.dev" in super::NAMESPACE => {
        /// Who took it: `init` or `machined`.
        1 "by" => by: String,
        /// What was done.
        2 "step" => step: String,
        /// When it began, in milliseconds.
        3 "startMs" => start_ms: u64,
        /// When it ended, in milliseconds.
        4 "endMs" => end_ms: u64,
    }
    columns: ["By" => "{.by}", "Step" => "{.step}", "Start ms" => "{.startMs}", "End ms" => "{.endMs}"];
}
