//! Where `machined` logs: the kernel's log (and so the console and `dmesg`), and its own file, which `logs machined`
//! shows. In a container whose runner keeps no such log for it, `init`'s standard output takes the kernel's place.

use std::fs::{File, OpenOptions};
use std::io::{Result, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use minos_sys::{Mode, Runner};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

/// Facility `daemon` of the kernel's log.
const DAEMON: u8 = 3 << 3;
/// What the kernel takes in one record.
const KMSG_LONGEST: usize = 900;

#[derive(Clone)]
struct Logs(Arc<Files>);

struct Files {
    console: Option<Mutex<File>>,
    /// Lines on the console are records of the kernel's log.
    records: bool,
    file: Option<Mutex<File>>,
}

/// Collects one event and writes it when it is complete.
struct Line {
    logs: Logs,
    text: Vec<u8>,
}

/// The kernel's log.
const KMSG: &str = "/dev/kmsg";
/// What the runner of a container shows.
const INIT_OUTPUT: &str = "/proc/1/fd/1";

/// Sends everything that is logged to the kernel's log and to `file`. Missing ones are left out, so that a start
/// outside a node works.
pub fn start(mode: Mode, file: &Path) {
    let open = |path: &Path| OpenOptions::new().append(true).create(true).open(path).ok().map(Mutex::new);
    if let Some(folder) = file.parent() {
        // What is missing then is only the file.
        drop(std::fs::create_dir_all(folder));
    }
    let records = mode != Mode::Container(Runner::Other);
    let console = OpenOptions::new().write(true).open(if records { KMSG } else { INIT_OUTPUT });
    let console = console.ok().map(Mutex::new);
    let logs = Logs(Arc::new(Files { console, records, file: open(file) }));
    let filter =
        EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info,h2=warn,hyper=warn,tower=warn"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(logs)
        .with_ansi(false)
        .without_time()
        .with_target(false)
        .init();
}

impl<'a> MakeWriter<'a> for Logs {
    type Writer = Line;

    fn make_writer(&'a self) -> Line {
        Line { logs: self.clone(), text: Vec::new() }
    }
}

impl Write for Line {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        self.text.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        let text = String::from_utf8_lossy(&self.text);
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        let write = |file: &Option<Mutex<File>>, line: String| {
            if let Some(file) = file {
                // There is nowhere to say that logging failed.
                drop(file.lock().unwrap_or_else(PoisonError::into_inner).write_all(line.as_bytes()));
            }
        };
        let short: String = text.chars().take(KMSG_LONGEST).collect();
        let (priority, message) = kernel_priority(&short);
        let prefix = if self.logs.0.records { format!("<{}>", DAEMON | priority) } else { String::new() };
        write(&self.logs.0.console, format!("{prefix}machined: {message}\n"));
        write(&self.logs.0.file, format!("{} {text}\n", crate::time::rfc3339(std::time::SystemTime::now())));
    }
}

/// The kernel's priority of an event, and its text without the level. What we tell is a `notice`, so that it stands on
/// the console, where the kernel's own information does not.
fn kernel_priority(event: &str) -> (u8, &str) {
    let (level, rest) = event.split_once(' ').unwrap_or(("", event));
    match level {
        "ERROR" => (3, rest),
        "WARN" => (4, rest),
        "INFO" => (5, rest),
        "DEBUG" | "TRACE" => (7, rest),
        _ => (5, event),
    }
}

#[cfg(test)]
mod tests {
    use super::kernel_priority;

    #[test]
    fn levels_become_priorities() {
        assert_eq!(kernel_priority("WARN it is late"), (4, "it is late"));
        assert_eq!(kernel_priority("INFO starting"), (5, "starting"));
        assert_eq!(kernel_priority("panicked"), (5, "panicked"));
    }
}
