//! The times of the boot's steps, handed on to `machined`.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

use crate::console;

/// A clock that counts from the kernel's start.
pub fn since_boot() -> Duration {
    let now = clock_gettime(ClockId::Boottime);
    Duration::new(now.tv_sec.unsigned_abs(), u32::try_from(now.tv_nsec).unwrap_or_default())
}

/// Steps in order: name, begin and end.
#[derive(Debug)]
pub struct Steps {
    done: Vec<(&'static str, Duration, Duration)>,
    begin: Duration,
    /// What times are counted from.
    zero: Duration,
}

impl Steps {
    /// The first step begins now; what came before is the kernel's.
    pub fn new() -> Self {
        let begin = since_boot();
        Self { done: vec![("kernel", Duration::ZERO, begin)], begin, zero: Duration::ZERO }
    }

    /// The first step begins now, and so does the boot: the kernel is older than the container.
    pub fn of_container() -> Self {
        let now = since_boot();
        Self { done: Vec::new(), begin: now, zero: now }
    }

    /// A step ends now and the next one begins; says so on the console.
    pub fn done(&mut self, step: &'static str, detail: &str) {
        let end = since_boot();
        let took = end.saturating_sub(self.begin).as_millis();
        let detail = if detail.is_empty() { String::new() } else { format!(" ({detail})") };
        console::say(&format!("{step}{detail}: {took} ms"));
        self.done.push((step, self.begin, end));
        self.begin = end;
    }

    /// Appends the steps to those in the file, as JSON lines.
    pub fn save(&self, file: &Path) {
        let mut text = std::fs::read_to_string(file).unwrap_or_default();
        for (step, begin, end) in &self.done {
            let [begin, end] = [begin, end].map(|time| time.saturating_sub(self.zero).as_millis());
            // Writing to a string cannot fail.
            let _ = writeln!(text, r#"{{"by":"init","step":"{step}","startMs":{begin},"endMs":{end}}}"#);
        }
        if let Err(error) = std::fs::write(file, text) {
            console::say(&format!("cannot keep the boot's times: {error}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_lines_of_json() {
        let folder = std::env::temp_dir().join(format!("minos-steps-{}", std::process::id()));
        let mut steps = Steps::new();
        steps.done("root", "slot A");
        steps.save(&folder);
        let text = std::fs::read_to_string(&folder).expect("written");
        std::fs::remove_file(&folder).expect("removed");
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines[0].starts_with(r#"{"by":"init","step":"kernel","startMs":0,"#), "{text}");
        assert!(lines[1].starts_with(r#"{"by":"init","step":"root","#), "{text}");
    }

    #[test]
    fn a_container_s_steps_begin_with_the_container() {
        let folder = std::env::temp_dir().join(format!("minos-steps-container-{}", std::process::id()));
        let mut steps = Steps::of_container();
        steps.done("system mounts", "");
        steps.save(&folder);
        let text = std::fs::read_to_string(&folder).expect("written");
        std::fs::remove_file(&folder).expect("removed");
        assert!(text.starts_with(r#"{"by":"init","step":"system mounts","startMs":0,"#), "{text}");
    }
}
