//! PID 1.
//!
//! It is started twice. From the initrd it loads the modules that the disk needs, finds the root partition whose hash
//! tree belongs to the root hash of the command line, opens it verified and switches to it. On the root it mounts what
//! every process expects, starts `machined`, and from then on only reaps, passes on what it reaps, keeps `machined` alive,
//! feeds the watchdog, and turns the machine off when asked. One thread, no asynchronous code.
//!
//! In a container it is started once, on a root that somebody else has mounted, and has no machine to look after.

#![forbid(unsafe_code)]

mod command_line;
mod console;
mod container;
mod deaths;
mod mounts;
mod root;
mod shutdown;
mod stage1;
mod stage2;
mod steps;

use std::time::Duration;

use minos_sys::{Mode, Runner};

/// The argument by which the second start is told from the first.
const STAGE2: &str = "stage2";
/// How long the reason of a failed boot stays on the console before the machine reboots.
const LAST_WORDS: Duration = Duration::from_secs(10);

fn main() {
    if std::process::id() != 1 {
        console::say("init is PID 1 of a machine; it does nothing as another process");
        std::process::exit(2);
    }
    let mode = Mode::of_this_process();
    if mode == Mode::Container(Runner::Other) {
        console::use_standard_output();
    }
    let second = mode.is_container() || std::env::args().nth(1).as_deref() == Some(STAGE2);
    let outcome = std::panic::catch_unwind(|| -> Box<dyn std::error::Error> {
        // Neither returns but with an error.
        if second {
            let Err(error) = stage2::run(mode);
            error.into()
        } else {
            let Err(error) = stage1::run();
            error.into()
        }
    });
    match outcome {
        Ok(error) => console::say_failure(error.as_ref()),
        Err(_) => console::say("init panicked"),
    }
    if mode.has_power() {
        console::say("the machine reboots in 10 s");
        stage1::pause(LAST_WORDS);
        shutdown::reboot_at_once(mode);
    }
    // The kernel refused to reboot: end, so that it panics, and reboots by `panic=`. A container only ends.
    std::process::exit(1);
}
