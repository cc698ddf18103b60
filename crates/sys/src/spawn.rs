//! Starting a process whose parent is our own parent.
//!
//! `machined` starts every service this way: `init` is the service's parent from the first moment, reaps it, and the
//! service does not notice when `machined` is replaced.

use std::ffi::{CString, NulError};
use std::fs::File;
use std::io::Read as _;
use std::os::fd::{AsRawFd as _, FromRawFd as _, OwnedFd, RawFd};
use std::path::PathBuf;

use crate::Namespaces;
use crate::cgroup::{Cgroup, CgroupError, Entrances};

/// A process to start. The environment is exactly what is given.
#[derive(Debug, Clone, Default)]
pub struct SpawnSpec {
    /// Program and arguments; the program is a path.
    pub argv: Vec<String>,
    /// Environment, `KEY=value`.
    pub env: Vec<String>,
    /// Working directory; `/` unless said.
    pub cwd: Option<PathBuf>,
    /// User; root unless said.
    pub uid: u32,
    /// Group.
    pub gid: u32,
    /// Further groups.
    pub groups: Vec<u32>,
    /// Capabilities (by number, see capabilities(7)) that stay; `None` keeps all.
    pub capabilities: Option<Vec<u32>>,
    /// The process and its children never gain privileges.
    pub no_new_privileges: bool,
    /// File for standard output and error, opened for appending; `/dev/null` unless said.
    pub log: Option<PathBuf>,
    /// Its control group, which has to exist.
    pub cgroup: Option<Cgroup>,
    /// Badness for the out-of-memory killer, -1000 to 1000. One that is lower than the host allows stays as it is.
    pub oom_score_adj: Option<i32>,
    /// Limit of open files; the hard limit is never lowered. The most that the host allows when that is less.
    pub open_files: Option<u64>,
    /// Descriptors to pass on, as (ours, theirs).
    pub fds: Vec<(RawFd, RawFd)>,
    /// The process is a child of this one, not of its parent: for PID 1, which has none.
    pub own_child: bool,
    /// Namespaces of its own.
    pub namespaces: Namespaces,
    /// The kernel ends the process when the thread that starts it ends. Only for own children.
    pub dies_with_parent: bool,
}

/// A started process.
#[derive(Debug)]
pub struct Spawned {
    /// Its id.
    pub pid: i32,
    /// A descriptor of it, which never means another process.
    pub pidfd: OwnedFd,
}

/// Why a process could not be started.
#[derive(Debug, thiserror::Error)]
pub enum SpawnError {
    /// An argument has a zero byte.
    #[error("an argument or variable holds a zero byte")]
    Zero(#[from] NulError),
    /// Something that has to be opened first is missing.
    #[error("cannot open {path}")]
    Open {
        /// What.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Its control group is not there.
    #[error(transparent)]
    Cgroup(#[from] CgroupError),
    /// The kernel made no process.
    #[error("cannot make a process for {program}")]
    Clone {
        /// Which program.
        program: String,
        /// Why.
        source: std::io::Error,
    },
    /// The process could not become the program.
    #[error("cannot {step} for {program}")]
    Start {
        /// Which program.
        program: String,
        /// At which step.
        step: &'static str,
        /// Why.
        source: std::io::Error,
    },
}

/// Everything that the child needs, made before it exists: after the clone it may not allocate.
struct Prepared {
    argv: Vec<CString>,
    env: Vec<CString>,
    cwd: CString,
    oom: Option<CString>,
    spec: SpawnSpec,
    input: File,
    output: File,
    cgroup: Option<Entrances>,
    errors: File,
}

/// Steps of the child, as reported when one fails.
const STEPS: [&str; 12] = [
    "start",
    "open a session",
    "redirect output",
    "set the out-of-memory score",
    "limit open files",
    "drop capabilities",
    "set groups",
    "set the group",
    "set the user",
    "change the folder",
    "execute the program",
    "enter the control group",
];

/// Starts a process as a child of this process's parent. Returns when the program runs, or with the reason why not.
///
/// # Errors
/// See [`SpawnError`].
pub fn spawn(spec: &SpawnSpec) -> Result<Spawned, SpawnError> {
    let program = spec.argv.first().cloned().unwrap_or_default();
    let (mut reader, errors) = pipe().map_err(|source| SpawnError::Clone { program: program.clone(), source })?;
    let prepared = prepare(spec, errors)?;
    let argv = pointers(&prepared.argv);
    let env = pointers(&prepared.env);
    let mut pidfd: RawFd = -1;
    let (parent, exit_signal) = if spec.own_child { (0, libc::SIGCHLD) } else { (libc::CLONE_PARENT, 0) };
    let mut arguments = CloneArguments {
        flags: (parent | libc::CLONE_PIDFD | spec.namespaces.bits()) as u64,
        pidfd: (&raw mut pidfd) as u64,
        exit_signal: exit_signal as u64,
        ..CloneArguments::default()
    };
    if let Some(Entrances::Unified(cgroup)) = &prepared.cgroup {
        arguments.flags |= CLONE_INTO_CGROUP;
        arguments.cgroup = cgroup.as_raw_fd() as u64;
    }
    // SAFETY: clone3 without CLONE_VM copies the address space, so the child cannot disturb ours; `arguments` is valid
    // for its whole size and `pidfd` outlives the call. With CLONE_PARENT the exit signal has to be 0: it is our own.
    let pid = unsafe { libc::syscall(libc::SYS_clone3, &raw mut arguments, size_of::<CloneArguments>()) };
    match pid {
        0 => child(&prepared, &argv, &env),
        pid if pid > 0 => {
            drop(prepared);
            // SAFETY: the kernel has just put a new descriptor there, which nobody else owns.
            let pidfd = unsafe { OwnedFd::from_raw_fd(pidfd) };
            started(&mut reader, &program)?;
            Ok(Spawned { pid: i32::try_from(pid).unwrap_or(i32::MAX), pidfd })
        }
        _ => Err(SpawnError::Clone { program, source: std::io::Error::last_os_error() }),
    }
}

/// The pipe closes without a word when the program has been executed; else it says which step failed and why.
fn started(reader: &mut File, program: &str) -> Result<(), SpawnError> {
    let mut report = Vec::new();
    // An unreadable pipe says nothing about the child; its end will be reported by `init`.
    drop(reader.read_to_end(&mut report));
    match <[u8; 5]>::try_from(report.as_slice()) {
        Err(_) => Ok(()),
        Ok([step, a, b, c, d]) => Err(SpawnError::Start {
            program: program.to_owned(),
            step: STEPS.get(usize::from(step)).copied().unwrap_or("start"),
            source: std::io::Error::from_raw_os_error(i32::from_le_bytes([a, b, c, d])),
        }),
    }
}

fn prepare(spec: &SpawnSpec, errors: File) -> Result<Prepared, SpawnError> {
    let open = |path: PathBuf, append: bool| {
        let opened = std::fs::OpenOptions::new().read(!append).append(append).create(append).open(&path);
        opened.map_err(|source| SpawnError::Open { path, source })
    };
    let null = || PathBuf::from("/dev/null");
    let cwd = spec.cwd.clone().unwrap_or_else(|| PathBuf::from("/"));
    Ok(Prepared {
        argv: spec.argv.iter().map(|one| CString::new(one.as_str())).collect::<Result<_, _>>()?,
        env: spec.env.iter().map(|one| CString::new(one.as_str())).collect::<Result<_, _>>()?,
        cwd: CString::new(cwd.as_os_str().as_encoded_bytes())?,
        oom: spec.oom_score_adj.map(|score| CString::new(score.to_string())).transpose()?,
        input: open(null(), false)?,
        output: open(spec.log.clone().unwrap_or_else(null), true)?,
        cgroup: spec.cgroup.as_ref().map(Cgroup::entrances).transpose()?,
        spec: spec.clone(),
        errors,
    })
}

fn pointers(strings: &[CString]) -> Vec<*const libc::c_char> {
    strings.iter().map(|one| one.as_ptr()).chain([std::ptr::null()]).collect()
}

fn pipe() -> std::io::Result<(File, File)> {
    let (reader, writer) = rustix::pipe::pipe_with(rustix::pipe::PipeFlags::CLOEXEC)?;
    Ok((reader.into(), writer.into()))
}

/// `struct clone_args` of clone3(2).
#[repr(C)]
#[derive(Default)]
struct CloneArguments {
    flags: u64,
    pidfd: u64,
    child_tid: u64,
    parent_tid: u64,
    exit_signal: u64,
    stack: u64,
    stack_size: u64,
    tls: u64,
    set_tid: u64,
    set_tid_size: u64,
    cgroup: u64,
}

/// From `linux/sched.h`.
const CLONE_INTO_CGROUP: u64 = 0x2_0000_0000;
/// The highest capability that a kernel may know.
const LAST_CAPABILITY: u32 = 63;

/// The child: only system calls, no allocation, no lock, until it is another program.
fn child(prepared: &Prepared, argv: &[*const libc::c_char], env: &[*const libc::c_char]) -> ! {
    let (step, error) = become_program(prepared, argv, env);
    let mut report = [step, 0, 0, 0, 0];
    report[1..].copy_from_slice(&error.to_le_bytes());
    // SAFETY: writes five bytes of our own stack to a descriptor of our own.
    unsafe { libc::write(prepared.errors.as_raw_fd(), report.as_ptr().cast(), report.len()) };
    // SAFETY: ends the process without running anything of the parent's.
    unsafe { libc::_exit(127) }
}

/// The step that failed and its error number; does not return when all went well.
fn become_program(prepared: &Prepared, argv: &[*const libc::c_char], env: &[*const libc::c_char]) -> (u8, i32) {
    macro_rules! step {
        ($number:literal, $call:expr) => {
            if $call < 0 {
                return ($number, errno());
            }
        };
    }
    let spec = &prepared.spec;
    reset_signals();
    if let Some(Entrances::Legacy(groups)) = &prepared.cgroup {
        for group in groups {
            // SAFETY: one byte of static memory; "0" means the process that writes.
            step!(11, unsafe { libc::write(group.as_raw_fd(), c"0".as_ptr().cast(), 1) });
        }
    }
    // SAFETY: plain system call.
    step!(1, unsafe { libc::setsid() });
    let output = prepared.output.as_raw_fd();
    for (from, to) in [(prepared.input.as_raw_fd(), 0), (output, 1), (output, 2)] {
        // SAFETY: both are descriptors of this process.
        step!(2, unsafe { libc::dup2(from, to) });
    }
    for (from, to) in &spec.fds {
        if from == to {
            // SAFETY: clears close-on-exec of a descriptor of this process.
            step!(2, unsafe { libc::fcntl(*from, libc::F_SETFD, 0) });
        } else {
            // SAFETY: both are descriptors of this process.
            step!(2, unsafe { libc::dup2(*from, *to) });
        }
    }
    if let Some(score) = &prepared.oom
        && write_file(c"/proc/self/oom_score_adj", score.to_bytes()) < 0
        // Lower than now needs CAP_SYS_RESOURCE.
        && !matches!(errno(), libc::EACCES | libc::EPERM)
    {
        return (3, errno());
    }
    if let Some(limit) = spec.open_files {
        step!(4, limit_open_files(limit));
    }
    if let Some(kept) = &spec.capabilities {
        for capability in (0..=LAST_CAPABILITY).filter(|one| !kept.contains(one)) {
            // SAFETY: plain system call; fails harmlessly for capabilities that the kernel does not know.
            unsafe { libc::prctl(libc::PR_CAPBSET_DROP, capability, 0, 0, 0) };
        }
    }
    // SAFETY: pointer and length of a vector that lives on.
    step!(6, unsafe { libc::syscall(libc::SYS_setgroups, spec.groups.len(), spec.groups.as_ptr()) });
    // SAFETY: plain system call, for this one-threaded process only.
    step!(7, unsafe { libc::syscall(libc::SYS_setresgid, spec.gid, spec.gid, spec.gid) });
    // SAFETY: plain system call, for this one-threaded process only.
    step!(8, unsafe { libc::syscall(libc::SYS_setresuid, spec.uid, spec.uid, spec.uid) });
    if spec.dies_with_parent {
        // SAFETY: plain system call.
        step!(1, unsafe { libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL, 0, 0, 0) });
    }
    if spec.no_new_privileges {
        // SAFETY: plain system call.
        step!(5, unsafe { libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) });
    }
    // SAFETY: a C string that lives on.
    step!(9, unsafe { libc::chdir(prepared.cwd.as_ptr()) });
    // SAFETY: both lists end with a null pointer and their strings live on.
    unsafe { libc::execve(argv[0], argv.as_ptr(), env.as_ptr()) };
    (10, errno())
}

/// Sets the soft limit of open files and raises the hard one; to the hard one where it cannot be raised.
fn limit_open_files(wanted: u64) -> libc::c_int {
    let mut now = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: `now` is valid for writing.
    if unsafe { libc::getrlimit(libc::RLIMIT_NOFILE, &raw mut now) } < 0 {
        return -1;
    }
    let raised = libc::rlimit { rlim_cur: wanted, rlim_max: now.rlim_max.max(wanted) };
    // SAFETY: `raised` is valid for the call.
    if unsafe { libc::setrlimit(libc::RLIMIT_NOFILE, &raw const raised) } == 0 {
        return 0;
    }
    now.rlim_cur = now.rlim_max.min(wanted);
    // SAFETY: `now` is valid for the call.
    unsafe { libc::setrlimit(libc::RLIMIT_NOFILE, &raw const now) }
}

/// Signals as a program expects them: none blocked, none ignored.
fn reset_signals() {
    // SAFETY: an all-zero set is valid memory for sigemptyset to fill.
    let mut none: libc::sigset_t = unsafe { std::mem::zeroed() };
    // SAFETY: `none` is valid for writing.
    unsafe { libc::sigemptyset(&raw mut none) };
    // SAFETY: `none` was filled above.
    unsafe { libc::sigprocmask(libc::SIG_SETMASK, &raw const none, std::ptr::null_mut()) };
    // SAFETY: sets a default action.
    unsafe { libc::signal(libc::SIGPIPE, libc::SIG_DFL) };
}

fn write_file(path: &std::ffi::CStr, bytes: &[u8]) -> libc::c_int {
    // SAFETY: a C string that lives on.
    let file = unsafe { libc::open(path.as_ptr(), libc::O_WRONLY | libc::O_CLOEXEC) };
    if file < 0 {
        return -1;
    }
    // SAFETY: pointer and length of a slice that lives on.
    let written = unsafe { libc::write(file, bytes.as_ptr().cast(), bytes.len()) };
    // SAFETY: a descriptor opened above.
    unsafe { libc::close(file) };
    if written < 0 { -1 } else { 0 }
}

fn errno() -> i32 {
    // SAFETY: has no conditions.
    let location = unsafe { libc::__errno_location() };
    // SAFETY: the location of this thread's error number is always valid.
    unsafe { *location }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn spec(argv: &[&str]) -> SpawnSpec {
        SpawnSpec { argv: argv.iter().map(|word| (*word).to_owned()).collect(), ..SpawnSpec::default() }
    }

    fn eventually(path: &std::path::Path) -> String {
        for _ in 0..100 {
            let text = std::fs::read_to_string(path).unwrap_or_default();
            if text.ends_with("end\n") {
                return text;
            }
            let _ = rustix::thread::nanosleep(&rustix::time::Timespec { tv_sec: 0, tv_nsec: 20_000_000 });
        }
        panic!("no output in {} after {:?}", path.display(), Duration::from_secs(2));
    }

    #[test]
    fn a_program_runs_with_its_output_in_a_file_and_another_parent() {
        let folder = tempfile::tempdir().expect("a folder");
        let log = folder.path().join("log");
        let script = "echo \"$WORD $PPID\"; pwd; echo end";
        let started = spawn(&SpawnSpec {
            env: vec!["WORD=hello".to_owned()],
            log: Some(log.clone()),
            cwd: Some("/usr".into()),
            ..spec(&["/bin/sh", "-c", script])
        });
        let started = started.expect("started");
        let text = eventually(&log);
        let words: Vec<&str> = text.split_whitespace().collect();
        assert_eq!((words[0], words[2]), ("hello", "/usr"));
        let parent: u32 = words[1].parse().expect("a number");
        assert_ne!(parent, std::process::id(), "the child belongs to our parent");
        assert!(started.pid > 0);
    }

    #[test]
    fn limits_of_the_host_are_kept_to() {
        let folder = tempfile::tempdir().expect("a folder");
        let log = folder.path().join("log");
        let script = "ulimit -Sn; ulimit -Hn; cat /proc/self/oom_score_adj; echo end";
        let before = crate::Limits::current().expect("readable");
        let started = spawn(&SpawnSpec {
            env: vec!["PATH=/usr/bin:/bin".to_owned()],
            log: Some(log.clone()),
            oom_score_adj: Some(-1000),
            // More than any kernel allows.
            open_files: Some(1 << 40),
            ..spec(&["/bin/sh", "-c", script])
        });
        started.expect("started, whatever this process may raise");
        let text = eventually(&log);
        let words: Vec<&str> = text.split_whitespace().collect();
        assert_eq!(words[0], words[1], "as many as there can be");
        assert_eq!(words[2].parse::<i32>().expect("a number"), before.oom_score_adj);
    }

    #[test]
    fn a_soft_limit_leaves_the_hard_one() {
        let folder = tempfile::tempdir().expect("a folder");
        let log = folder.path().join("log");
        let hard = rustix::process::getrlimit(rustix::process::Resource::Nofile).maximum;
        let script = "ulimit -Sn; ulimit -Hn; echo end";
        let spec = SpawnSpec { log: Some(log.clone()), open_files: Some(64), ..spec(&["/bin/sh", "-c", script]) };
        spawn(&spec).expect("started");
        let text = eventually(&log);
        let words: Vec<&str> = text.split_whitespace().collect();
        assert_eq!(words[0], "64");
        assert_eq!(words[1].parse().ok(), hard, "a child of the child can still raise it");
    }

    #[test]
    fn a_missing_program_is_reported() {
        let error = spawn(&spec(&["/nonexistent/program"])).expect_err("there is none");
        assert!(error.to_string().contains("execute the program"), "{error}");
    }
}
