//! A node's PID 1 until it becomes `/usr/bin/init`: it joins its control groups, sets up its link, mounts its root.
//!
//! It starts in mount, uts, ipc, pid and network namespaces of its own, as a fresh process of one thread. Nothing that
//! it mounts is seen by the host, and all of it is gone when the last process of the node is.

use std::io::{Read as _, Write as _};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command;

use base64::Engine as _;
use minos_sys::{MountFlags, bind_with, inherited, mount};

use super::cluster::{ContainerCluster, node_folder};
use super::groups::{Groups, Hierarchy, Version};
use super::{console, network, volumes};
use crate::LocalClusterError;

/// The descriptor on which the runner says that the link is there.
pub(super) const GO: i32 = 3;
/// The descriptor on which this process says why it could not become `init`.
pub(super) const REPORT: i32 = 4;
/// The kernel takes no longer variable.
const LONGEST_VARIABLE: usize = 128 * 1024 - "USERDATA=".len() - 1;

/// Character devices of every container: name, major and minor number.
const DEVICES: [(&str, u32, u32); 7] = [
    ("null", 1, 3),
    ("zero", 1, 5),
    ("full", 1, 7),
    ("random", 1, 8),
    ("urandom", 1, 9),
    ("tty", 5, 0),
    ("fuse", 10, 229),
];
const LINKS: [(&str, &str); 5] = [
    ("fd", "/proc/self/fd"),
    ("stdin", "/proc/self/fd/0"),
    ("stdout", "/proc/self/fd/1"),
    ("stderr", "/proc/self/fd/2"),
    ("ptmx", "pts/ptmx"),
];
/// Kernel parameters that the kubelet insists on. They are the host's, so the node sees files in their place.
const PARAMETERS: [(&str, &str); 6] = [
    ("kernel/panic", "10"),
    ("kernel/panic_on_oops", "1"),
    ("vm/overcommit_memory", "1"),
    ("vm/panic_on_oom", "0"),
    ("kernel/keys/root_maxkeys", "1000000"),
    ("kernel/keys/root_maxbytes", "25000000"),
];
/// What of `/proc` acts on the host.
const HOSTS_OWN: [&str; 4] = ["bus", "fs", "irq", "sysrq-trigger"];

/// Becomes a node's `init`. Returns only when that fails; the reason has been reported to the runner then.
pub(super) fn boot(folder: &Path, node: &str, number: u32) -> LocalClusterError {
    let report = inherited(REPORT);
    let error = match become_init(folder, node, number) {
        Err(error) => error,
        Ok(never) => match never {},
    };
    if let Some(report) = report {
        // The runner may be gone; then nobody waits for it.
        let _ = std::fs::File::from(report).write_all(error.with_causes().as_bytes());
    }
    error
}

fn become_init(folder: &Path, name: &str, number: u32) -> Result<std::convert::Infallible, LocalClusterError> {
    let cluster = ContainerCluster::load(folder)?;
    let node = cluster.node(name)?;
    let groups = Groups::load(folder)?;
    let groups = groups.ok_or_else(|| LocalClusterError::Container("the cluster has no control groups".to_owned()))?;
    groups.join_node(name, number)?;
    // Only now: the groups of this process are the roots of its namespace.
    minos_sys::own_cgroup_namespace().map_err(failed("make a control group namespace"))?;
    wait_for_link()?;
    network::configure(&cluster, node)?;

    let files = node_folder(folder, name);
    let user_data = user_data(&files)?;
    let root = files.join("root");
    mount_root(&volumes::root(folder), &root)?;
    mount_kernel(&root, &files, groups.hierarchies())?;
    let resolvers = format!("nameserver {}\n", cluster.gateway());
    replace(&files.join("kernel"), &root.join("etc/resolv.conf"), "resolv.conf", &resolvers)?;
    make_devices(&root.join("dev"), &console::pipe_path(&files))?;
    let image_cache = cluster.image_cache.is_some().then(|| volumes::image_cache(folder));
    mount_volumes(image_cache.as_deref(), &root, &files)?;
    minos_sys::set_hostname(name).map_err(failed("set the host name"))?;
    minos_sys::pivot_root(&root).map_err(failed("change to the node's root"))?;
    let error = Command::new("/usr/bin/init")
        .env_clear()
        .envs([("PATH", "/usr/bin"), ("HOME", "/"), ("PLATFORM", "container"), ("container", "minos")])
        .env("USERDATA", user_data)
        .exec();
    Err(failed("execute /usr/bin/init of the node's root")(error))
}

/// The runner writes one byte. If it ends before, there is nothing to boot for.
fn wait_for_link() -> Result<(), LocalClusterError> {
    let go = inherited(GO).ok_or_else(|| LocalClusterError::Container("this is run by the runner only".to_owned()))?;
    std::fs::File::from(go).read_exact(&mut [0]).map_err(failed("wait for the node's link"))
}

/// The node's configuration, as its first boot gets it.
fn user_data(files: &Path) -> Result<String, LocalClusterError> {
    let path = files.join(super::CONFIGURATION);
    let configuration = std::fs::read(&path).map_err(LocalClusterError::file("read", &path))?;
    let encoded = base64::engine::general_purpose::STANDARD.encode(configuration);
    if encoded.len() > LONGEST_VARIABLE {
        return Err(LocalClusterError::Container(format!(
            "the configuration in {} is too long for a variable of the environment: {} bytes encoded, {LONGEST_VARIABLE} allowed",
            path.display(),
            encoded.len(),
        )));
    }
    Ok(encoded)
}

fn mount_root(shared: &Path, root: &Path) -> Result<(), LocalClusterError> {
    minos_sys::make_private(Path::new("/")).map_err(failed("make the mounts private"))?;
    bound(shared, root, MountFlags { read_only: true, ..MountFlags::default() })
}

fn mount_kernel(root: &Path, files: &Path, hierarchies: &[Hierarchy]) -> Result<(), LocalClusterError> {
    let proc = root.join("proc");
    filesystem("proc", &proc, MountFlags::strict(), "")?;
    let sys = root.join("sys");
    filesystem("sysfs", &sys, MountFlags::strict(), "")?;
    let read_only = MountFlags { read_only: true, ..MountFlags::strict() };
    bound(&sys, &sys, read_only)?;
    mount_groups(&sys.join("fs/cgroup"), hierarchies)?;

    bound(&proc.join("sys"), &proc.join("sys"), read_only)?;
    // These belong to the node's network namespace.
    bound(&proc.join("sys/net"), &proc.join("sys/net"), MountFlags::strict())?;
    for name in HOSTS_OWN.iter().map(|name| proc.join(name)).filter(|path| path.exists()) {
        bound(&name, &name, read_only)?;
    }
    let given = files.join("kernel");
    std::fs::create_dir_all(&given).map_err(LocalClusterError::file("create", &given))?;
    for (name, value) in PARAMETERS {
        replace(&given, &proc.join("sys").join(name), &name.replace('/', "."), &format!("{value}\n"))?;
    }
    // By another id clients and the kubelet see that the node has rebooted. The kernel makes a new one at each read.
    let id = Path::new("/proc/sys/kernel/random/uuid");
    let id = std::fs::read_to_string(id).map_err(LocalClusterError::file("read", id))?;
    replace(&given, &proc.join("sys/kernel/random/boot_id"), "boot_id", &id)?;
    replace(&given, &proc.join("cmdline"), "cmdline", "talos.platform=container\n")
}

/// Shows `text` in the place of a file, if that is there.
fn replace(given: &Path, target: &Path, name: &str, text: &str) -> Result<(), LocalClusterError> {
    if !target.exists() {
        return Ok(());
    }
    let file = given.join(name);
    std::fs::write(&file, text).map_err(LocalClusterError::file("write", &file))?;
    bound(&file, target, MountFlags { read_only: true, ..MountFlags::strict() })
}

fn mount_groups(target: &Path, hierarchies: &[Hierarchy]) -> Result<(), LocalClusterError> {
    if let [Hierarchy { version: Version::Two, .. }] = hierarchies {
        return filesystem("cgroup2", target, MountFlags::strict(), "");
    }
    filesystem("tmpfs", target, MountFlags::strict(), "mode=0755")?;
    for hierarchy in hierarchies {
        let Some(name) = hierarchy.mount.file_name() else { continue };
        let folder = target.join(name);
        std::fs::create_dir(&folder).map_err(LocalClusterError::file("create", &folder))?;
        let named = hierarchy.controllers.iter().any(|one| one.starts_with("name="));
        let options = if named { "none," } else { "" }.to_owned() + &hierarchy.controllers.join(",");
        filesystem("cgroup", &folder, MountFlags::strict(), &options)?;
    }
    Ok(())
}

fn make_devices(dev: &Path, console: &Path) -> Result<(), LocalClusterError> {
    filesystem("tmpfs", dev, MountFlags { no_suid: true, ..MountFlags::default() }, "mode=0755")?;
    for (name, major, minor) in DEVICES {
        let path = dev.join(name);
        minos_sys::make_character_device(&path, major, minor, 0o666)
            .map_err(LocalClusterError::file("make the device", &path))?;
    }
    for (name, target) in LINKS {
        let path = dev.join(name);
        std::os::unix::fs::symlink(target, &path).map_err(LocalClusterError::file("link", &path))?;
    }
    for name in ["pts", "shm", "mqueue", "hugepages"] {
        make_folder(&dev.join(name))?;
    }
    for path in ["kmsg", "console"].map(|name| dev.join(name)) {
        std::fs::write(&path, "").map_err(LocalClusterError::file("create", &path))?;
        bound(console, &path, MountFlags { no_suid: true, ..MountFlags::default() })?;
    }
    Ok(())
}

fn mount_volumes(image_cache: Option<&Path>, root: &Path, files: &Path) -> Result<(), LocalClusterError> {
    let scratch = MountFlags { no_suid: true, no_dev: true, ..MountFlags::default() };
    for name in ["run", "system"] {
        filesystem("tmpfs", &root.join(name), scratch, "mode=0755")?;
    }
    let state = root.join("system/state");
    make_folder(&state)?;
    bound(&files.join("state"), &state, MountFlags::strict())?;
    bound(&files.join("ephemeral"), &root.join("var"), scratch)?;
    let cache = root.join("system/imagecache/disk");
    make_folder(&cache)?;
    match image_cache {
        Some(shared) => bound(shared, &cache, MountFlags { read_only: true, ..MountFlags::default() }),
        None => Ok(()),
    }
}

fn make_folder(path: &Path) -> Result<(), LocalClusterError> {
    std::fs::create_dir_all(path).map_err(LocalClusterError::file("create", path))
}

fn filesystem(kind: &str, target: &Path, flags: MountFlags, data: &str) -> Result<(), LocalClusterError> {
    mount(kind, target, kind, flags, data).map_err(LocalClusterError::file("mount", target))
}

fn bound(source: &Path, target: &Path, flags: MountFlags) -> Result<(), LocalClusterError> {
    bind_with(source, target, flags).map_err(LocalClusterError::file("mount", target))
}

fn failed(what: &'static str) -> impl FnOnce(std::io::Error) -> LocalClusterError {
    move |source| LocalClusterError::Kernel { what, source }
}
