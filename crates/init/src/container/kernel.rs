//! The kernel is the host's: its parameters cannot be written, except those of the container's own network, and programs
//! that insist on some see what they insist on.

use std::io::Result;
use std::path::Path;

use minos_sys::{MountFlags, bind, bind_with, is_mounted};

use crate::console;

const PARAMETERS: &str = "/proc/sys";
const NETWORK: &str = "/proc/sys/net";
/// Where the covering files lie.
const COVERS: &str = "/run/minos/kernel";
const WRITABLE: MountFlags = MountFlags::strict();
const READ_ONLY: MountFlags = MountFlags { read_only: true, ..MountFlags::strict() };

/// What is seen in the place of the host's files. The kubelet does not start with other values of these parameters, and
/// the host's command line is none of the node's.
const SEEN: [(&str, &str); 7] = [
    ("/proc/sys/kernel/panic", "10"),
    ("/proc/sys/kernel/panic_on_oops", "1"),
    ("/proc/sys/kernel/keys/root_maxkeys", "1000000"),
    ("/proc/sys/kernel/keys/root_maxbytes", "25000000"),
    ("/proc/sys/vm/overcommit_memory", "1"),
    ("/proc/sys/vm/panic_on_oom", "0"),
    ("/proc/cmdline", "talos.platform=container"),
];

/// The host's log, memory and emergency keys: nothing is behind them, as in other containers.
const HIDDEN: [&str; 4] = ["/proc/kmsg", "/proc/kcore", "/proc/sysrq-trigger", "/proc/timer_list"];

/// Shields the host's kernel, as far as the runner has not. What fails is said: the node can run without.
pub fn shield() {
    if !is_mounted(Path::new(PARAMETERS)).unwrap_or(false) {
        say_failure(PARAMETERS, protect());
    }
    for (file, value) in SEEN {
        say_failure(file, cover(Path::new(file), value));
    }
    for file in HIDDEN {
        say_failure(file, hide(Path::new(file)));
    }
}

fn protect() -> Result<()> {
    bind_with(Path::new(PARAMETERS), Path::new(PARAMETERS), READ_ONLY)?;
    bind_with(Path::new(NETWORK), Path::new(NETWORK), WRITABLE)
}

/// Covers a file unless it has that value, or is covered already.
fn cover(file: &Path, value: &str) -> Result<()> {
    let Ok(now) = std::fs::read_to_string(file) else { return Ok(()) };
    if now.trim() == value || is_mounted(file)? {
        return Ok(());
    }
    std::fs::create_dir_all(COVERS)?;
    let name = file.display().to_string().trim_start_matches('/').replace('/', ".");
    let cover = Path::new(COVERS).join(name);
    std::fs::write(&cover, format!("{value}\n"))?;
    bind_with(&cover, file, READ_ONLY)
}

/// Covers a file with the empty device, unless the kernel has no such file or it is covered already.
fn hide(file: &Path) -> Result<()> {
    if !file.exists() || is_mounted(file)? {
        return Ok(());
    }
    bind(Path::new("/dev/null"), file)
}

fn say_failure(file: &str, result: Result<()>) {
    result.unwrap_or_else(|error| console::say(&format!("cannot cover {file}: {error}")));
}
