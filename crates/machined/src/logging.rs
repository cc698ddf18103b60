//! Where `machined` logs: the kernel's log (and so the console and `dmesg`), and its own file, which `logs machined`
//! shows.

use std::fs::{File, OpenOptions};
use std::io::{Result, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

/// Facility `daemon`, priority `info`.
const KMSG_PREFIX: &str = "<30>machined: ";
/// What the kernel takes in one record.
const KMSG_LONGEST: usize = 900;

#[derive(Clone)]
struct Logs(Arc<Files>);

struct Files {
    kmsg: Option<Mutex<File>>,
    file: Option<Mutex<File>>,
}

/// Collects one event and writes it when it is complete.
struct Line {
    logs: Logs,
    text: Vec<u8>,
}

/// Sends everything that is logged to the kernel's log and to `file`. Missing ones are left out, so that a start
/// outside a node works.
pub fn start(file: &Path) {
    let open = |path: &Path| OpenOptions::new().append(true).create(true).open(path).ok().map(Mutex::new);
    if let Some(folder) = file.parent() {
        // What is missing then is only the file.
        drop(std::fs::create_dir_all(folder));
    }
    let kmsg = OpenOptions::new().write(true).open("/dev/kmsg").ok().map(Mutex::new);
    let logs = Logs(Arc::new(Files { kmsg, file: open(file) }));
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
        write(&self.logs.0.kmsg, format!("{KMSG_PREFIX}{short}\n"));
        write(&self.logs.0.file, format!("{} {text}\n", crate::time::rfc3339(std::time::SystemTime::now())));
    }
}
