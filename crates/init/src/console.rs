//! What `init` says: to the kernel's log, which the console shows and the API serves; in a container whose runner keeps
//! no such log for it, to standard output.

use std::error::Error;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::sync::atomic::{AtomicBool, Ordering};

/// Facility `daemon`, priority `notice`.
const PREFIX: &str = "<29>init: ";

/// The kernel's log is the host's.
static FOREIGN_LOG: AtomicBool = AtomicBool::new(false);

/// Leaves the kernel's log alone from now on.
pub fn use_standard_output() {
    FOREIGN_LOG.store(true, Ordering::Relaxed);
}

/// Says one line.
pub fn say(text: &str) {
    // Without a log there is nowhere to complain.
    drop(if FOREIGN_LOG.load(Ordering::Relaxed) {
        std::io::stdout().write_all(format!("init: {text}\n").as_bytes())
    } else {
        let opened = OpenOptions::new().write(true).open("/dev/kmsg");
        opened.and_then(|mut log| log.write_all(format!("{PREFIX}{text}\n").as_bytes()))
    });
}

/// Says why the boot failed, with all causes.
pub fn say_failure(error: &dyn Error) {
    let mut text = format!("boot failed: {error}");
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    say(&text);
}
