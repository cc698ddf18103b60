use std::time::Duration;

use crate::{
    documents::{Kind, Whole},
    schema::{Effect, section},
    validate::Check,
};

/// Less than this leaves the machine no time to answer.
const SHORTEST: Duration = Duration::from_secs(10);

section! {
    /// A hardware timer that restarts the machine when the operating system hangs.
    pub struct WatchdogTimerConfig {
        /// The device.
        "device" => device: String [required] [example("/dev/watchdog0")],
        /// How long the operating system may be silent. At least `10s`.
        "timeout" => timeout: Option<Duration> [default("1m")] [example("2m")],
    }
}

impl Kind for WatchdogTimerConfig {
    const EFFECT: Effect = Effect::Idle;
    const SINCE: &'static str = "v1.7";

    fn check(&self, _: &Whole<'_>, check: &mut Check) {
        let holds = self.timeout.is_none_or(|timeout| timeout.is_zero() || timeout >= SHORTEST);
        check.require(holds, "timeout", "wanted at least 10s");
    }
}
