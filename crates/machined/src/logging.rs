//! Where `machined` logs: the kernel's log (and so the console and `dmesg`), and its own file, which `logs machined`
//! shows. What its controllers log is in a file of its own as well: `logs controller-runtime`. In a container whose runner
//! keeps no kernel's log for it, `init`'s standard output takes that one's place.

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
    machined: Option<Mutex<File>>,
    controllers: Option<Mutex<File>>,
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

/// Sends everything that is logged to the kernel's log and to files in `folder`. Missing ones are left out, so that a
/// start outside a node works.
pub fn start(mode: Mode, folder: &Path) {
    let records = mode != Mode::Container(Runner::Other);
    let console = OpenOptions::new().write(true).open(if records { KMSG } else { INIT_OUTPUT });
    let console = console.ok().map(Mutex::new);
    let [machined, controllers] = files(folder);
    let logs = Logs(Arc::new(Files { console, records, machined, controllers }));
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

/// The logs `machined` and `controller-runtime` in that folder; none where it cannot be written to.
fn files(folder: &Path) -> [Option<Mutex<File>>; 2] {
    // What is missing then are only the files.
    drop(std::fs::create_dir_all(folder));
    ["machined.log", "controller-runtime.log"]
        .map(|name| OpenOptions::new().append(true).create(true).open(folder.join(name)).ok().map(Mutex::new))
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
        let write = |file: &Option<Mutex<File>>, line: &str| {
            if let Some(file) = file {
                // There is nowhere to say that logging failed.
                drop(file.lock().unwrap_or_else(PoisonError::into_inner).write_all(line.as_bytes()));
            }
        };
        let short: String = text.chars().take(KMSG_LONGEST).collect();
        let (priority, message) = kernel_priority(&short);
        let Files { console, records, machined, controllers } = &*self.logs.0;
        let prefix = if *records { format!("<{}>", DAEMON | priority) } else { String::new() };
        write(console, &format!("{prefix}machined: {message}\n"));
        let line = format!("{} {text}\n", crate::time::rfc3339(std::time::SystemTime::now()));
        write(machined, &line);
        if is_of_controller(text) {
            write(controllers, &line);
        }
    }
}

/// Whether an event comes from a controller: the engine opens the span in which each runs.
fn is_of_controller(event: &str) -> bool {
    event.split_once(' ').is_some_and(|(_, rest)| rest.trim_start().starts_with("controller{"))
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
    use std::sync::Arc;

    use super::{Files, Logs, files, is_of_controller, kernel_priority};

    #[test]
    fn what_controllers_log_is_in_a_log_of_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let [machined, controllers] = files(folder.path());
        let files = Files { console: None, records: true, machined, controllers };
        let subscriber = tracing_subscriber::fmt()
            .with_writer(Logs(Arc::new(files)))
            .with_ansi(false)
            .without_time()
            .with_target(false)
            .finish();
        tracing::subscriber::with_default(subscriber, || {
            tracing::info!("the API is served");
            tracing::info_span!("controller", name = "network.address.apply").in_scope(|| tracing::warn!("added"));
        });
        // As a request for a log names it.
        let text = |id| std::fs::read_to_string(minos_services::Logs::new(folder.path()).file(id)).unwrap();
        assert_eq!((text("machined").lines().count(), text("controller-runtime").lines().count()), (2, 1));
        assert!(text("controller-runtime").contains("network.address.apply"), "{}", text("controller-runtime"));
        assert!(!is_of_controller("INFO the controller{a} is fine"));
    }

    #[test]
    fn levels_become_priorities() {
        assert_eq!(kernel_priority("WARN it is late"), (4, "it is late"));
        assert_eq!(kernel_priority("INFO starting"), (5, "starting"));
        assert_eq!(kernel_priority("panicked"), (5, "panicked"));
    }
}
