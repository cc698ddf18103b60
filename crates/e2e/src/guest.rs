//! What this program does as PID 1 of a guest whose kernel has control groups of version 2 alone: it becomes a small host
//! and runs a cluster of container nodes there. The second serial port gets a line for each step and a last one with the
//! outcome; the first has the kernel's log.

mod host;
mod steps;

use std::fs::File;
use std::io::Write as _;

use minos_sys::{PowerAction, power};

/// Where the kernel has the second serial port.
const PORT: &str = "/dev/ttyS1";
/// The last line when everything was as it has to be.
pub const PASSED: &str = "PASSED";
/// How the last line begins when something was not.
pub const FAILED: &str = "FAILED: ";

/// The second serial port; before there are devices, the console.
#[derive(Default)]
pub struct Report {
    port: Option<File>,
}

impl Report {
    /// Writes one line.
    pub fn say(&mut self, line: &str) {
        println!("{line}");
        if self.port.is_none() {
            self.port = File::options().write(true).open(PORT).ok();
        }
        if let Some(port) = &mut self.port {
            // Whoever waits for it gives up by itself.
            drop(port.write_all(format!("{}\n", line.replace('\n', " | ")).as_bytes()));
        }
    }
}

/// Runs all steps and turns the guest off.
pub fn run() -> ! {
    let mut report = Report::default();
    let outcome = std::panic::catch_unwind(|| {
        let mut report = Report::default();
        steps::run(&mut report)
    });
    report.say(&match outcome {
        Ok(Ok(())) => PASSED.to_owned(),
        Ok(Err(error)) => format!("{FAILED}{error:#}"),
        Err(_) => format!("{FAILED}a step panicked; see the console"),
    });
    drop(power(PowerAction::Off));
    // The kernel refused: as PID 1 has ended, it panics, and the machine is reset.
    std::process::exit(1);
}
