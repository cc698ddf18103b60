//! In the initrd: modules, root, and the switch to it.

use std::convert::Infallible;
use std::io::Error;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use minos_sys::{Watchdog, load_module, move_mount};

use crate::command_line::{CommandLineError, RootArguments};
use crate::mounts::MountError;
use crate::root::{FoundRoot, RootError};
use crate::steps::Steps;
use crate::{STAGE2, console, mounts, root};

/// The way to the root failed.
#[derive(Debug, thiserror::Error)]
pub enum Stage1Error {
    /// A filesystem of the kernel is missing.
    #[error(transparent)]
    Mount(#[from] MountError),
    /// The command line is incomplete.
    #[error(transparent)]
    CommandLine(#[from] CommandLineError),
    /// No root.
    #[error(transparent)]
    Root(#[from] RootError),
    /// The switch failed.
    #[error("cannot {0}")]
    Switch(&'static str, #[source] Error),
}

/// Where the initrd keeps its modules, and the list that says in which order they are loaded.
const MODULES: &str = "/modules";
const LIST: &str = "load.list";
/// Where the root is mounted before it becomes `/`.
const NEW_ROOT: &str = "/sysroot";
/// A boot that hangs for longer is reset.
pub const WATCHDOG_SECONDS: u32 = 180;

/// Ends by becoming the `init` of the root.
///
/// # Errors
/// See [`Stage1Error`].
pub fn run() -> Result<Infallible, Stage1Error> {
    mounts::early()?;
    let mut steps = Steps::new();
    let loaded = load_modules();
    arm_watchdog();
    steps.done("modules", &format!("{loaded} loaded"));
    let text = std::fs::read_to_string("/proc/cmdline")
        .map_err(|error| Stage1Error::Switch("read the command line", error))?;
    let arguments = RootArguments::parse(&text)?;
    make(NEW_ROOT)?;
    let found = root::open(&arguments, Path::new(NEW_ROOT))?;
    steps.done("root verified", &format!("slot {}, {}", found.slot, found.partition));
    hand_on(&found, &steps)?;
    switch()
}

/// Arms the watchdog, if the machine has one. The next `init` takes it over: closed without the magic letter, it goes on.
fn arm_watchdog() {
    match Watchdog::arm(WATCHDOG_SECONDS) {
        Ok(Some(_)) => console::say(&format!("watchdog armed: {WATCHDOG_SECONDS} s")),
        Ok(None) => {}
        Err(error) => console::say(&format!("cannot arm the watchdog: {error}")),
    }
}

/// Loads the modules of the list; one that fails is said and passed over, as the machine may not need it.
fn load_modules() -> usize {
    let folder = Path::new(MODULES);
    let list = std::fs::read_to_string(folder.join(LIST)).unwrap_or_default();
    let names = list.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    names
        .filter(|name| match load_module(&folder.join(name), "") {
            Ok(()) => true,
            // The module's hardware is not there.
            Err(error) if error.raw_os_error() == Some(libc::ENODEV) => false,
            Err(error) => {
                console::say(&format!("module {name}: {error}"));
                false
            }
        })
        .count()
}

/// Leaves for `machined` where the root came from and how long the steps took.
fn hand_on(found: &FoundRoot, steps: &Steps) -> Result<(), Stage1Error> {
    make("/run/minos")?;
    let FoundRoot { disk, partition, slot } = found;
    let text = format!(r#"{{"disk":"{disk}","partition":"{partition}","slot":"{slot}"}}"#);
    std::fs::write(minos_sys::pid1::ROOT_INFO, text).map_err(|error| Stage1Error::Switch("hand on the root", error))?;
    steps.save(Path::new(minos_sys::pid1::BOOT_STEPS));
    Ok(())
}

fn switch() -> Result<Infallible, Stage1Error> {
    let failed = |what: &'static str| move |error: Error| Stage1Error::Switch(what, error);
    for name in ["dev", "proc", "sys", "run"] {
        let from = Path::new("/").join(name);
        move_mount(&from, &Path::new(NEW_ROOT).join(name)).map_err(failed("move a mount to the root"))?;
    }
    // The initrd lives in memory: what is not needed any more is given back.
    drop(std::fs::remove_dir_all(MODULES));
    std::env::set_current_dir(NEW_ROOT).map_err(failed("enter the root"))?;
    drop(std::fs::remove_file("/init"));
    move_mount(Path::new("."), Path::new("/")).map_err(failed("move the root"))?;
    std::os::unix::fs::chroot(".").map_err(failed("change to the root"))?;
    std::env::set_current_dir("/").map_err(failed("enter the root"))?;
    Err(Stage1Error::Switch("execute /usr/bin/init", Command::new("/usr/bin/init").arg(STAGE2).exec()))
}

fn make(folder: &str) -> Result<(), Stage1Error> {
    std::fs::create_dir_all(folder).map_err(|error| Stage1Error::Switch("make a folder", error))
}

/// Waits.
pub fn pause(time: Duration) {
    let time =
        rustix::time::Timespec { tv_sec: time.as_secs().try_into().unwrap_or(1), tv_nsec: time.subsec_nanos().into() };
    // An interrupted pause is only a shorter one.
    let _ = rustix::thread::nanosleep(&time);
}
