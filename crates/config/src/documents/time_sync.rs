use std::time::Duration;

use crate::schema::section;

section! {
    /// Time synchronisation.
    pub struct TimeSyncConfig {
        /// Whether it runs.
        "enabled" => enabled: Option<bool>,
        /// How long the boot waits for the time; without end when absent.
        "bootTimeout" => boot_timeout: Option<Duration>,
        /// By network.
        "ntp" => ntp: Option<Ntp>,
        /// By a clock device.
        "ptp" => ptp: Option<Ptp> [idle],
    }
}

section! {
    /// Time by network.
    pub struct Ntp {
        /// The servers.
        "servers" => servers: Vec<String>,
    }
}

section! {
    /// Time by a clock device.
    pub struct Ptp {
        /// The devices.
        "devices" => devices: Vec<String>,
    }
}
