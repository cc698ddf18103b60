//! Which answers count, what to do about them, and when to ask again: pure.

use std::collections::VecDeque;
use std::time::Duration;

use super::Answer;

/// Beyond this the clock is stepped.
const STEP: Duration = Duration::from_millis(128);

/// Bounds of the time between two questions.
const POLL: (Duration, Duration) = (Duration::from_secs(32), Duration::from_secs(1024));

/// How many answers are remembered.
const WINDOW: usize = 8;

/// What to do about an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Likely a disturbance on the way: nothing follows from it.
    Spike,
    /// The clock is right.
    Good,
    /// Move the clock by so many nanoseconds.
    Step(i64),
}

/// The last answers, and the time between two questions.
#[derive(Debug)]
pub(crate) struct Filter {
    seen: VecDeque<Answer>,
    poll: Duration,
    spikes: u32,
}

impl Filter {
    pub(crate) fn new() -> Self {
        Self { seen: VecDeque::new(), poll: POLL.0, spikes: 0 }
    }

    /// How long to wait before the next question.
    pub(crate) fn poll(&self) -> Duration {
        self.poll
    }

    /// Judges an answer and adapts the time between questions.
    pub(crate) fn judge(&mut self, answer: Answer) -> Verdict {
        // Two in a row are no disturbance: the server, the way or the clock has changed.
        if self.is_spike(answer) && self.spikes == 0 {
            self.spikes += 1;
            return Verdict::Spike;
        }
        self.spikes = 0;
        let wrong = Duration::from_nanos(answer.offset.unsigned_abs());
        if wrong > STEP {
            // Offsets from before the step say nothing about the clock after it.
            self.seen.clear();
            self.poll = POLL.0;
            return Verdict::Step(answer.offset);
        }
        if self.seen.len() == WINDOW {
            self.seen.pop_front();
        }
        self.seen.push_back(answer);
        let next = if wrong * 4 > STEP { self.poll / 2 } else { self.poll * 2 };
        self.poll = next.clamp(POLL.0, POLL.1);
        Verdict::Good
    }

    /// An offset far from the remembered ones that took far longer than they did: an answer that was held up on one of
    /// its two ways is wrong by half of what it was held up.
    fn is_spike(&self, answer: Answer) -> bool {
        if self.seen.len() < 3 {
            return false;
        }
        let count = self.seen.len() as i128;
        let mean = self.seen.iter().map(|seen| i128::from(seen.offset)).sum::<i128>() / count;
        let spread = self.seen.iter().map(|seen| (i128::from(seen.offset) - mean).abs()).max().unwrap_or_default();
        let quickest = self.seen.iter().map(|seen| seen.delay).min().unwrap_or_default();
        let far = (i128::from(answer.offset) - mean).abs() > spread.max(5_000_000) * 4;
        far && answer.delay > quickest * 2
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn answer(offset_ms: i64, delay_ms: u64) -> Answer {
        Answer { offset: offset_ms * 1_000_000, delay: Duration::from_millis(delay_ms) }
    }

    #[test]
    fn a_wrong_clock_is_stepped_at_once() {
        let mut filter = Filter::new();
        assert_eq!(filter.judge(answer(-500, 20)), Verdict::Step(-500_000_000));
        assert_eq!(filter.judge(answer(100, 20)), Verdict::Good);
    }

    #[test]
    fn one_spike_is_ignored_and_two_are_believed() {
        let mut filter = Filter::new();
        for _ in 0..4 {
            assert_eq!(filter.judge(answer(1, 20)), Verdict::Good);
        }
        assert_eq!(filter.judge(answer(200, 400)), Verdict::Spike);
        assert_eq!(filter.judge(answer(200, 400)), Verdict::Step(200_000_000));
    }

    #[test]
    fn a_good_clock_is_asked_about_less_often() {
        let mut filter = Filter::new();
        for _ in 0..10 {
            filter.judge(answer(1, 20));
        }
        assert_eq!(filter.poll(), POLL.1);
        filter.judge(answer(-60, 20));
        assert_eq!(filter.poll(), POLL.1 / 2);
        filter.judge(answer(-600, 20));
        assert_eq!(filter.poll(), POLL.0);
    }
}
