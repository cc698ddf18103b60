//! Whether the clock can be trusted, and how the kernel steers it.

use crate::declare::resource;
use crate::wire::Interval;

resource! {
    /// The state of time synchronisation.
    #[derive(Default, Eq)]
    pub struct TimeStatus = "TimeStatuses.v1alpha1.talos.dev" in "runtime" => {
        /// The clock is right, or nobody wants it set.
        1 "synced" => synced: bool,
        /// Rises with every jump of the clock.
        2 "epoch" => epoch: i64,
        /// Synchronisation is off by configuration.
        3 "syncDisabled" => sync_disabled: bool,
    }
    columns: ["Synced" => "{.synced}"];
}

impl TimeStatus {
    /// Id of the only one.
    pub const ID: &'static str = "node";
}

resource! {
    /// How the kernel steers its clock, see `adjtimex(2)`.
    #[derive(Default)]
    pub struct AdjtimeStatus = "AdjtimeStatuses.v1alpha1.talos.dev" in "runtime" => {
        /// What is still to be corrected.
        1 "offset" => offset: Interval,
        /// By how much the clock runs faster than the hardware's.
        2 "frequencyAdjustmentRatio" => frequency_adjustment_ratio: f64,
        /// The largest error that is possible.
        3 "maxError" => max_error: Interval,
        /// The estimated error.
        4 "estError" => est_error: Interval,
        /// The kernel's status flags.
        5 "status" => status: String,
        /// The time constant of the control loop.
        6 "constant" => constant: i64,
        /// The kernel takes the clock for synchronised.
        7 "syncStatus" => sync_status: bool,
        /// Leap second in progress or error.
        8 "state" => state: String,
    }
    columns: [
        "Offset" => "{.offset}",
        "EstError" => "{.estError}",
        "MaxError" => "{.maxError}",
        "Status" => "{.status}",
        "Sync" => "{.syncStatus}",
    ];
}
