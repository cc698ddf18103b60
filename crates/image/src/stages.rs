//! How long each step of a build took.

use std::fmt::Write as _;
use std::time::Duration;

/// The clock of a build, printed at its end.
#[derive(Debug, Default)]
pub struct Stages {
    done: Vec<(&'static str, Duration, String)>,
}

impl Stages {
    /// Runs a step, says how long it took and keeps that for [`Stages::table`].
    pub fn run<T>(&mut self, name: &'static str, step: impl FnOnce() -> T) -> T {
        #[allow(clippy::disallowed_types, reason = "a build has no async runtime and no paused time")]
        let start = std::time::Instant::now();
        let result = step();
        self.done.push((name, start.elapsed(), String::new()));
        result
    }

    /// Adds a remark to the step that ran last.
    pub fn note(&mut self, remark: impl Into<String>) {
        if let Some((_, _, note)) = self.done.last_mut() {
            *note = remark.into();
        }
    }

    /// One line per step, and the sum.
    pub fn table(&self) -> String {
        let mut table = String::new();
        for (name, took, note) in &self.done {
            let _ = writeln!(table, "  {name:<12} {:>7.2} s  {note}", took.as_secs_f64());
        }
        let sum: Duration = self.done.iter().map(|(_, took, _)| *took).sum();
        let _ = write!(table, "  {:<12} {:>7.2} s", "together", sum.as_secs_f64());
        table
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_step_has_a_line() {
        let mut stages = Stages::default();
        assert_eq!(stages.run("root", || 7), 7);
        stages.note("12 files");
        let table = stages.table();
        assert!(table.contains("root") && table.contains("12 files") && table.contains("together"), "{table}");
    }
}
