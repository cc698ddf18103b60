//! What `init` says: to the kernel's log, which the console shows and the API serves.

use std::error::Error;
use std::fs::OpenOptions;
use std::io::Write as _;

/// Facility `daemon`, priority `notice`.
const PREFIX: &str = "<29>init: ";

/// Says one line.
pub fn say(text: &str) {
    let opened = OpenOptions::new().write(true).open("/dev/kmsg");
    // Without a log there is nowhere to complain.
    drop(opened.and_then(|mut log| log.write_all(format!("{PREFIX}{text}\n").as_bytes())));
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
