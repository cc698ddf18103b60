//! The OCI runtime specification of a container, rendered by ourselves: containers of the node are few and known.

use std::path::PathBuf;

use serde_json::{Value, json};

/// A container to start.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ContainerSpec {
    /// Its name.
    pub id: String,
    /// Image, by its full name; it has to be there.
    pub image: String,
    /// Program and arguments; behind the image's entrypoint when the first is not a path.
    pub args: Vec<String>,
    /// Environment, after the image's.
    pub env: Vec<String>,
    /// User and group.
    pub uid: u32,
    /// Mounts, after those of the kernel.
    pub mounts: Vec<Mount>,
    /// Every capability and device, and no seccomp profile.
    pub privileged: bool,
    /// It sees the node's processes.
    pub host_pid: bool,
    /// Its control group.
    pub cgroup: String,
    /// Memory that is kept for it, in bytes.
    pub memory_reservation: Option<u64>,
    /// Badness for the out-of-memory killer.
    pub oom_score_adj: i32,
    /// What whoever starts it can give.
    pub limits: ContainerLimits,
    /// Its root filesystem can be written.
    pub writable_root: bool,
    /// Fifo that gets its output.
    pub output: PathBuf,
}

/// Bounds of a container: asking for more is refused when it starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ContainerLimits {
    /// The most open files.
    pub open_files: u64,
    /// The lowest badness for the out-of-memory killer.
    pub oom_score_adj: i32,
    /// Capabilities, one bit for each by its number.
    pub capabilities: u64,
}

impl Default for ContainerLimits {
    /// None.
    fn default() -> Self {
        Self { open_files: u64::MAX, oom_score_adj: -1000, capabilities: u64::MAX }
    }
}

/// A mount of a container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mount {
    /// What.
    pub source: String,
    /// Where.
    pub destination: String,
    /// Type.
    pub kind: String,
    /// Options.
    pub options: Vec<String>,
}

/// What an unprivileged container of the node keeps.
const FEW: &[&str] =
    &["CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FOWNER", "CAP_SETUID", "CAP_SETGID", "CAP_NET_BIND_SERVICE"];

/// Open files that a container gets where it can.
const OPEN_FILES: u64 = 1 << 20;

/// Every capability of current kernels, in the order of their numbers.
const ALL: &[&str] = &[
    "CAP_CHOWN",
    "CAP_DAC_OVERRIDE",
    "CAP_DAC_READ_SEARCH",
    "CAP_FOWNER",
    "CAP_FSETID",
    "CAP_KILL",
    "CAP_SETGID",
    "CAP_SETUID",
    "CAP_SETPCAP",
    "CAP_LINUX_IMMUTABLE",
    "CAP_NET_BIND_SERVICE",
    "CAP_NET_BROADCAST",
    "CAP_NET_ADMIN",
    "CAP_NET_RAW",
    "CAP_IPC_LOCK",
    "CAP_IPC_OWNER",
    "CAP_SYS_MODULE",
    "CAP_SYS_RAWIO",
    "CAP_SYS_CHROOT",
    "CAP_SYS_PTRACE",
    "CAP_SYS_PACCT",
    "CAP_SYS_ADMIN",
    "CAP_SYS_BOOT",
    "CAP_SYS_NICE",
    "CAP_SYS_RESOURCE",
    "CAP_SYS_TIME",
    "CAP_SYS_TTY_CONFIG",
    "CAP_MKNOD",
    "CAP_LEASE",
    "CAP_AUDIT_WRITE",
    "CAP_AUDIT_CONTROL",
    "CAP_SETFCAP",
    "CAP_MAC_OVERRIDE",
    "CAP_MAC_ADMIN",
    "CAP_SYSLOG",
    "CAP_WAKE_ALARM",
    "CAP_BLOCK_SUSPEND",
    "CAP_AUDIT_READ",
    "CAP_PERFMON",
    "CAP_BPF",
    "CAP_CHECKPOINT_RESTORE",
];

/// Files of the kernel that an unprivileged container does not see, or only reads.
const MASKED: &[&str] =
    &["/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/sched_debug", "/proc/timer_list", "/sys/firmware"];
const READ_ONLY: &[&str] = &["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"];

/// The runtime specification of a container whose image has this entrypoint and environment.
pub fn runtime_spec(container: &ContainerSpec, entrypoint: &[String], env: &[String]) -> Value {
    let is_program = container.args.first().is_some_and(|first| first.starts_with('/'));
    let args: Vec<&String> =
        if is_program { container.args.iter().collect() } else { entrypoint.iter().chain(&container.args).collect() };
    let env: Vec<&String> = env.iter().chain(&container.env).collect();
    let limits = container.limits;
    let capabilities = capabilities(container);
    let files = OPEN_FILES.min(limits.open_files);
    let mut namespaces = vec![json!({ "type": "ipc" }), json!({ "type": "mount" })];
    if !container.host_pid {
        namespaces.push(json!({ "type": "pid" }));
    }
    json!({
        "ociVersion": "1.1.0",
        "process": {
            "user": { "uid": container.uid, "gid": container.uid },
            "args": args,
            "env": env,
            "cwd": "/",
            "noNewPrivileges": !container.privileged,
            "oomScoreAdj": container.oom_score_adj.max(limits.oom_score_adj),
            "capabilities": {
                "bounding": capabilities,
                "effective": capabilities,
                "permitted": capabilities,
            },
            "rlimits": [{ "type": "RLIMIT_NOFILE", "hard": files, "soft": files }],
        },
        "root": { "path": "rootfs", "readonly": !container.writable_root },
        "mounts": mounts(container),
        "linux": {
            "cgroupsPath": container.cgroup,
            "namespaces": namespaces,
            "resources": resources(container),
            "rootfsPropagation": if container.privileged { "rshared" } else { "private" },
            "maskedPaths": if container.privileged { &[] } else { MASKED },
            "readonlyPaths": if container.privileged { &[] } else { READ_ONLY },
        },
    })
}

/// Those that it wants and that there are.
fn capabilities(container: &ContainerSpec) -> Vec<&'static str> {
    let wanted = |name: &str| container.privileged || FEW.contains(&name);
    let there = |number: usize| container.limits.capabilities >> number & 1 == 1;
    ALL.iter().enumerate().filter(|(number, name)| wanted(name) && there(*number)).map(|(_, name)| *name).collect()
}

fn mounts(container: &ContainerSpec) -> Vec<Value> {
    let mount = |kind: &str, destination: &str, options: &[&str]| json!({ "type": kind, "source": kind, "destination": destination, "options": options });
    let has = |destination: &str| container.mounts.iter().any(|one| one.destination == destination);
    let mut mounts = Vec::new();
    if !has("/proc") {
        mounts.push(mount("proc", "/proc", &["nosuid", "noexec", "nodev"]));
    }
    if !has("/dev") {
        mounts.push(mount("tmpfs", "/dev", &["nosuid", "strictatime", "mode=755", "size=65536k"]));
        mounts.push(mount("devpts", "/dev/pts", &["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620"]));
        mounts.push(mount("tmpfs", "/dev/shm", &["nosuid", "noexec", "nodev", "mode=1777", "size=65536k"]));
    }
    if !has("/sys") {
        mounts.push(mount("sysfs", "/sys", &["nosuid", "noexec", "nodev", "ro"]));
    }
    if !has("/run") {
        mounts.push(mount("tmpfs", "/run", &["nosuid", "nodev", "mode=755", "size=65536k"]));
    }
    mounts.extend(container.mounts.iter().map(|one| {
        let Mount { source, destination, kind, options } = one;
        json!({ "type": kind, "source": source, "destination": destination, "options": options })
    }));
    mounts
}

fn resources(container: &ContainerSpec) -> Value {
    let devices = if container.privileged {
        json!([{ "allow": true, "access": "rwm" }])
    } else {
        json!([{ "allow": false, "access": "rwm" }])
    };
    let mut resources = json!({ "devices": devices });
    if let Some(bytes) = container.memory_reservation {
        resources["memory"] = json!({ "reservation": bytes });
    }
    resources
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(list: &[&str]) -> Vec<String> {
        list.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn arguments_follow_the_entrypoint_unless_they_name_a_program() {
        let container = ContainerSpec { args: words(&["--name=a"]), ..ContainerSpec::default() };
        let spec = runtime_spec(&container, &words(&["/bin/etcd"]), &words(&["PATH=/bin"]));
        assert_eq!(spec["process"]["args"], json!(["/bin/etcd", "--name=a"]));
        let container = ContainerSpec { args: words(&["/bin/other"]), ..ContainerSpec::default() };
        assert_eq!(runtime_spec(&container, &words(&["/bin/etcd"]), &[])["process"]["args"], json!(["/bin/other"]));
    }

    #[test]
    fn a_container_asks_for_no_more_than_there_is() {
        // Without CAP_SYS_RESOURCE (24) and CAP_SYS_TIME (25).
        let limits = ContainerLimits { open_files: 4096, oom_score_adj: 0, capabilities: !(0b11 << 24) };
        let container = ContainerSpec { privileged: true, oom_score_adj: -450, limits, ..ContainerSpec::default() };
        let spec = runtime_spec(&container, &[], &[]);
        assert_eq!(spec["process"]["rlimits"], json!([{ "type": "RLIMIT_NOFILE", "hard": 4096, "soft": 4096 }]));
        assert_eq!(spec["process"]["oomScoreAdj"], 0);
        for set in ["bounding", "effective", "permitted"] {
            let got: Vec<&str> = spec["process"]["capabilities"][set]
                .as_array()
                .expect("a list")
                .iter()
                .filter_map(Value::as_str)
                .collect();
            assert_eq!(got.len(), ALL.len() - 2, "{set}");
            assert!(!got.contains(&"CAP_SYS_TIME") && !got.contains(&"CAP_SYS_RESOURCE"), "{set}: {got:?}");
        }
        let spec = runtime_spec(&ContainerSpec { oom_score_adj: -450, ..ContainerSpec::default() }, &[], &[]);
        assert_eq!(spec["process"]["oomScoreAdj"], -450);
        assert_eq!(spec["process"]["rlimits"][0]["hard"], 1 << 20);
    }

    #[test]
    fn a_mount_of_the_node_s_processes_replaces_the_container_s() {
        let proc = Mount {
            source: "/proc".to_owned(),
            destination: "/proc".to_owned(),
            kind: "bind".to_owned(),
            options: words(&["rbind"]),
        };
        let spec = runtime_spec(&ContainerSpec { mounts: vec![proc], ..ContainerSpec::default() }, &[], &[]);
        let mounts = spec["mounts"].as_array().expect("a list");
        let kinds: Vec<&Value> =
            mounts.iter().filter(|one| one["destination"] == "/proc").map(|one| &one["type"]).collect();
        assert_eq!(kinds, ["bind"]);
    }

    #[test]
    fn only_privileged_containers_get_everything() {
        let plain = runtime_spec(&ContainerSpec::default(), &[], &[]);
        assert_eq!(plain["process"]["noNewPrivileges"], true);
        assert_eq!(plain["linux"]["resources"]["devices"][0]["allow"], false);
        assert!(plain["linux"]["namespaces"].as_array().is_some_and(|list| list.contains(&json!({ "type": "pid" }))));
        let all = ContainerSpec { privileged: true, host_pid: true, ..ContainerSpec::default() };
        let all = runtime_spec(&all, &[], &[]);
        assert_eq!(all["linux"]["maskedPaths"], json!([]));
        assert!(all["process"]["capabilities"]["bounding"].as_array().is_some_and(|list| list.len() == ALL.len()));
        assert!(!all["linux"]["namespaces"].as_array().is_some_and(|list| list.contains(&json!({ "type": "pid" }))));
    }
}
