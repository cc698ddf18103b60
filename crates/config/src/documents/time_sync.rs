use std::time::Duration;

use crate::{
    documents::{Kind, V1Alpha1, Whole, v1alpha1::Time},
    schema::{Effect, section},
    validate::Check,
};

section! {
    /// Time synchronisation.
    pub struct TimeSyncConfig {
        /// Whether it runs. The boot waits for the time only when it does.
        "enabled" => enabled: Option<bool> [default("true")],
        /// How long the boot waits for the time.
        "bootTimeout" => boot_timeout: Option<Duration> [default("without end")] [example("2m")],
        /// By network (SNTP). Excludes `ptp`.
        "ntp" => ntp: Option<Ntp>,
        /// By a clock device, as hypervisors offer. Excludes `ntp`.
        "ptp" => ptp: Option<Ptp> [idle],
    }
}

section! {
    /// Time by network.
    pub struct Ntp {
        /// The servers.
        "servers" => servers: Vec<String> [default("time.cloudflare.com")] [example("[time.example.org]")],
    }
}

section! {
    /// Time by a clock device.
    pub struct Ptp {
        /// The devices.
        "devices" => devices: Vec<String> [example("[/dev/ptp0]")],
    }
}

impl Kind for TimeSyncConfig {
    const EFFECT: Effect = Effect::Live;
    const SINCE: &'static str = "v1.12";

    fn check(&self, whole: &Whole<'_>, check: &mut Check) {
        check.require(self.ntp.is_none() || self.ptp.is_none(), "ptp", "ntp and ptp exclude each other");
        // An empty section says nothing, and stands in many files.
        let given = |of: fn(&Time) -> bool| {
            move |main: &V1Alpha1| main.machine.as_ref().and_then(|machine| machine.time.as_ref()).is_some_and(of)
        };
        whole.exclude_old("machine.time.disabled", given(|old| old.disabled == Some(true)), check);
        whole.exclude_old("machine.time.servers", given(|old| !old.servers.is_empty()), check);
        let waits = given(|old| old.boot_timeout.is_some_and(|timeout| !timeout.is_zero()));
        whole.exclude_old("machine.time.bootTimeout", waits, check);
    }
}
