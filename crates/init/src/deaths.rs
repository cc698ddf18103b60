//! What to do when `machined` dies: start it again, unless it dies again and again.

use std::collections::VecDeque;
use std::time::Duration;

/// So many deaths …
const TOO_MANY: usize = 5;
/// … within this time mean that the boot has failed.
const WITHIN: Duration = Duration::from_secs(60);

/// The deaths of the last minute.
#[derive(Debug, Default)]
pub struct Deaths {
    times: VecDeque<Duration>,
}

/// What to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AfterDeath {
    /// Start it again after this pause.
    Restart(Duration),
    /// Give this boot up.
    GiveUp,
}

impl Deaths {
    /// Counts a death at `now` (any clock that only goes forward). The first restart is immediate, as most deaths are
    /// single ones; each further one within the minute waits a second longer.
    pub fn count(&mut self, now: Duration) -> AfterDeath {
        self.times.retain(|time| now.saturating_sub(*time) < WITHIN);
        self.times.push_back(now);
        match self.times.len() {
            deaths if deaths >= TOO_MANY => AfterDeath::GiveUp,
            deaths => AfterDeath::Restart(Duration::from_secs(deaths as u64 - 1)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn single_deaths_are_forgiven_and_series_are_not() {
        let mut deaths = Deaths::default();
        let at = Duration::from_secs;
        assert_eq!(deaths.count(at(10)), AfterDeath::Restart(at(0)));
        assert_eq!(deaths.count(at(11)), AfterDeath::Restart(at(1)));
        assert_eq!(deaths.count(at(100)), AfterDeath::Restart(at(0)), "the old ones are forgotten");
        for second in 101..104 {
            assert!(matches!(deaths.count(at(second)), AfterDeath::Restart(_)));
        }
        assert_eq!(deaths.count(at(104)), AfterDeath::GiveUp);
    }
}
