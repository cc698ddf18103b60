//! On the root: mounts, `machined`, and the loop of PID 1.

use std::convert::Infallible;
use std::io::Error;
use std::os::fd::AsRawFd as _;
use std::path::Path;
use std::time::Duration;

use minos_sys::pid1::{Asked, Channel, FromInit, MACHINED_FD, ToInit};
use minos_sys::{
    Cgroup, CgroupError, Mode, PowerAction, SignalFile, SpawnError, SpawnSpec, Waited, Watchdog, block_signals,
    disable_ctrl_alt_del, make_shared, reap, spawn,
};
use rustix::event::{PollFd, PollFlags, poll};

use crate::deaths::{AfterDeath, Deaths};
use crate::mounts::MountError;
use crate::stage1::WATCHDOG_SECONDS;
use crate::steps::{Steps, since_boot};
use crate::{console, container, mounts, shutdown};

/// The system could not be started.
#[derive(Debug, thiserror::Error)]
pub enum Stage2Error {
    /// A filesystem of the kernel is missing.
    #[error(transparent)]
    Mount(#[from] MountError),
    /// The control groups are not as expected.
    #[error(transparent)]
    Cgroup(#[from] CgroupError),
    /// `machined` cannot be started.
    #[error(transparent)]
    Spawn(#[from] SpawnError),
    /// The kernel refused something.
    #[error("cannot {0}")]
    System(&'static str, #[source] Error),
    /// `machined` does not stay alive.
    #[error("machined died too often")]
    GaveUp,
}

/// The program.
const MACHINED: &str = "/usr/bin/machined";
/// Where the reason of a given-up boot is left for the next.
const FAILED: &str = "/run/minos/boot-failed";
/// How often the watchdog is fed.
const FEED: Duration = Duration::from_secs(15);

/// Capabilities that nothing in a container has: loading modules (16) and setting the clock (25) would change the host.
const WITHHELD: [u32; 2] = [16, 25];

/// PID 1 at work.
struct Init {
    mode: Mode,
    signals: SignalFile,
    machined: Machined,
    watchdog: Option<Watchdog>,
    deaths: Deaths,
}

/// `machined` and the line to it; `None` between a death and the restart.
struct Machined {
    running: Option<(i32, Channel)>,
    start_at: Duration,
}

/// Ends only with the machine.
///
/// # Errors
/// See [`Stage2Error`].
pub fn run(mode: Mode) -> Result<Infallible, Stage2Error> {
    let mut steps = if mode.is_container() { Steps::of_container() } else { Steps::new() };
    if mode.is_container() {
        container::prepare()?;
    } else {
        mounts::late()?;
    }
    make_shared(Path::new("/")).map_err(|error| Stage2Error::System("share the mounts", error))?;
    prepare_folders();
    Cgroup::new("/init").create_around(1)?;
    if !mode.is_container() {
        disable_ctrl_alt_del().map_err(|error| Stage2Error::System("take over Ctrl-Alt-Del", error))?;
    }
    let signals = [libc::SIGCHLD, libc::SIGINT, libc::SIGTERM, libc::SIGPWR];
    let signals = block_signals(&signals).map_err(|error| Stage2Error::System("listen for signals", error))?;
    let watchdog = if mode.is_container() { None } else { Watchdog::arm(WATCHDOG_SECONDS).ok().flatten() };
    steps.done("system mounts", "");
    steps.save(Path::new(minos_sys::pid1::BOOT_STEPS));
    let machined = Machined { running: None, start_at: Duration::ZERO };
    Init { mode, signals, machined, watchdog, deaths: Deaths::default() }.serve()
}

/// Folders in memory that everybody expects.
fn prepare_folders() {
    for folder in ["/run/lock", "/run/log", "/run/minos", "/system/etc", "/system/run", "/system/state"] {
        if let Err(error) = std::fs::create_dir_all(folder) {
            console::say(&format!("cannot make {folder}: {error}"));
        }
    }
}

impl Init {
    fn serve(mut self) -> Result<Infallible, Stage2Error> {
        loop {
            self.start_machined()?;
            self.wait();
            if let Some(watchdog) = &mut self.watchdog {
                // A watchdog that cannot be fed resets the machine, and says so itself.
                drop(watchdog.keep_alive());
            }
            while let Some(signal) = self.signals.next() {
                self.on_signal(signal)?;
            }
            // Without a signal too: two deaths may come as one signal.
            self.reap_all()?;
            while let Some(request) = self.machined.next_request() {
                self.on_request(request)?;
            }
        }
    }

    fn start_machined(&mut self) -> Result<(), Stage2Error> {
        if self.machined.running.is_some() || since_boot() < self.machined.start_at {
            return Ok(());
        }
        let (ours, theirs) = Channel::pair().map_err(|error| Stage2Error::System("make a socket pair", error))?;
        // One arena: helper threads come and go, and each would keep memory of its own.
        let mut env = ["PATH=/usr/bin", "RUST_BACKTRACE=1", "MALLOC_ARENA_MAX=1"].map(str::to_owned).to_vec();
        if self.mode.is_container() {
            env.extend(container::environment());
        }
        let kept = || (0..u64::BITS).filter(|capability| !WITHHELD.contains(capability)).collect();
        let started = spawn(&SpawnSpec {
            argv: vec![MACHINED.to_owned()],
            env,
            capabilities: self.mode.is_container().then(kept),
            log: Some("/run/log/machined.err".into()),
            cgroup: Some(Cgroup::new("/init")),
            oom_score_adj: Some(-999),
            open_files: Some(65536),
            fds: vec![(theirs.as_raw_fd(), MACHINED_FD)],
            own_child: true,
            ..SpawnSpec::default()
        })?;
        self.machined.running = Some((started.pid, ours));
        Ok(())
    }

    /// Until a signal, a message, or something to do.
    fn wait(&self) {
        let until =
            if self.machined.running.is_some() { FEED } else { self.machined.start_at.saturating_sub(since_boot()) };
        let timeout = rustix::time::Timespec {
            tv_sec: until.as_secs().try_into().unwrap_or(1),
            tv_nsec: until.subsec_nanos().into(),
        };
        let mut files = vec![PollFd::new(self.signals.file(), PollFlags::IN)];
        if let Some((_, channel)) = &self.machined.running {
            files.push(PollFd::new(channel.socket(), PollFlags::IN));
        }
        // Interrupted or not, what is there is looked at next.
        let _ = poll(&mut files, Some(&timeout));
    }

    fn on_signal(&mut self, signal: i32) -> Result<(), Stage2Error> {
        let asked = match signal {
            // Ctrl-Alt-Del. To a container it is sent by a terminal, and means nothing.
            libc::SIGINT if !self.mode.is_container() => Asked::Reboot,
            libc::SIGTERM | libc::SIGPWR => Asked::PowerOff,
            _ => return Ok(()),
        };
        match self.machined.tell(FromInit::Signal(asked)) {
            true => Ok(()),
            // Nobody is there to do it in order.
            false => self.on_request(if asked == Asked::Reboot { ToInit::Reboot } else { ToInit::PowerOff }),
        }
    }

    fn reap_all(&mut self) -> Result<(), Stage2Error> {
        while let Some(Waited { pid, status }) = reap() {
            if self.machined.running.as_ref().is_some_and(|(machined, _)| *machined == pid) {
                self.on_death(status)?;
            } else {
                self.machined.tell(FromInit::Exited { pid, status });
            }
        }
        Ok(())
    }

    fn on_death(&mut self, status: i32) -> Result<(), Stage2Error> {
        self.machined.running = None;
        match self.deaths.count(since_boot()) {
            AfterDeath::Restart(pause) => {
                console::say(&format!("machined died (status {status:#x}); it starts again in {} s", pause.as_secs()));
                self.machined.start_at = since_boot() + pause;
                Ok(())
            }
            AfterDeath::GiveUp => {
                drop(std::fs::write(FAILED, "machined died too often\n"));
                shutdown::stop(self.mode, PowerAction::Reboot);
                Err(Stage2Error::GaveUp)
            }
        }
    }

    fn on_request(&mut self, request: ToInit) -> Result<(), Stage2Error> {
        match request {
            ToInit::Settled => {
                self.deaths = Deaths::default();
                return Ok(());
            }
            ToInit::PowerOff => shutdown::stop(self.mode, PowerAction::Off),
            ToInit::Reboot => shutdown::stop(self.mode, PowerAction::Reboot),
        }
        Err(Stage2Error::System("turn the machine off", Error::last_os_error()))
    }
}

impl Machined {
    /// Whether it could be told.
    fn tell(&self, message: FromInit) -> bool {
        self.running.as_ref().is_some_and(|(_, channel)| channel.tell_machined(message).is_ok())
    }

    fn next_request(&self) -> Option<ToInit> {
        self.running.as_ref()?.1.from_machined().ok().flatten()
    }
}
