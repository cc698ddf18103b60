//! The hardware watchdog.

use crate::declare::resource;
use crate::wire::Interval;

resource! {
    /// The watchdog that should run.
    #[derive(Default, Eq)]
    #[allow(missing_docs, reason = "the names are the contract's and explain themselves")]
    pub struct WatchdogTimerConfig = "WatchdogTimerConfigs.runtime.talos.dev" in "runtime" => {
        1 "device" => device: String,
        2 "timeout" => timeout: Interval,
    }
    columns: ["Device" => "{.device}", "Timeout" => "{.timeout}"];
}

resource! {
    /// The watchdog that runs.
    #[derive(Default, Eq)]
    #[allow(missing_docs, reason = "the names are the contract's and explain themselves")]
    pub struct WatchdogTimerStatus = "WatchdogTimerStatuses.runtime.talos.dev" in "runtime" => {
        1 "device" => device: String,
        2 "timeout" => timeout: Interval,
        3 "feedInterval" => feed_interval: Interval,
    }
    columns: ["Device" => "{.device}", "Timeout" => "{.timeout}"];
}
