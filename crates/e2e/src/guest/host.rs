//! Makes a host of a guest that has nothing yet but its initial RAM disk.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use minos_netlink::{Links as _, LinuxNetwork};
use minos_sys::{MountFlags, load_module, mount, move_mount};

use crate::wait::until;

/// Where the modules of the initial RAM disk lie, and the list that says in which order they are loaded.
const MODULES: &str = "/modules";
const LIST: &str = "load.list";
/// Where the root is mounted before it becomes `/`.
const ROOT: &str = "/sysroot";
/// What a host of container nodes has loaded. What else is needed the kernel loads by itself.
const NEEDED: [&str; 5] = ["br_netfilter", "nf_conntrack", "nf_tables", "overlay", "vxlan"];
/// Where the images are, and `minosctl`: in memory.
pub const IMAGES: &str = "/run/images";
pub const MINOSCTL: &str = "/run/minosctl";

const WRITABLE: MountFlags =
    MountFlags { read_only: false, no_suid: false, no_dev: false, no_exec: false, no_atime: false };
const READ_ONLY: MountFlags = MountFlags { read_only: true, ..WRITABLE };

/// Mounts what a host has, and moves to a root with the kernel's modules and the program that loads them. The root is the
/// node's image, because a host with a kernel of the same version needs the same modules.
pub fn prepare() -> Result<()> {
    for (kind, place) in [("devtmpfs", "/dev"), ("proc", "/proc"), ("sysfs", "/sys"), ("tmpfs", "/run")] {
        mounted(kind, kind, Path::new(place), WRITABLE)?;
    }
    load_modules()?;
    let root = disk("root")?;
    mounted(&root, "erofs", Path::new(ROOT), READ_ONLY)?;
    mounted(&root, "erofs", &Path::new(IMAGES).join("root.erofs"), READ_ONLY)?;
    let cache = format!("{}1", disk("imagecache")?);
    mounted(&cache, "erofs", &Path::new(IMAGES).join("imagecache.raw"), READ_ONLY)?;
    std::fs::copy("/minosctl", MINOSCTL).context("minosctl is not on the initial RAM disk")?;
    switch_root()?;
    mounted("tmpfs", "tmpfs", Path::new("/tmp"), WRITABLE)?;
    mount("cgroup2", Path::new("/sys/fs/cgroup"), "cgroup2", MountFlags::strict(), "nsdelegate")
        .context("cannot mount the control groups")?;
    let loaded = Command::new("/usr/bin/modprobe").arg("--all").args(NEEDED).output().context("modprobe")?;
    ensure!(loaded.status.success(), "modprobe: {}", String::from_utf8_lossy(&loaded.stderr));
    let loopback = LinuxNetwork.link("lo")?.context("there is no loopback")?;
    LinuxNetwork.set_up(loopback.index, true)?;
    Ok(())
}

fn mounted(source: &str, kind: &str, place: &Path, flags: MountFlags) -> Result<()> {
    // On a root that cannot be written the folder is there.
    drop(std::fs::create_dir_all(place));
    mount(source, place, kind, flags, "").with_context(|| format!("cannot mount {source} on {}", place.display()))
}

/// Not all of them have their hardware here; what is missed is missed by the next step.
fn load_modules() -> Result<()> {
    let list = std::fs::read_to_string(Path::new(MODULES).join(LIST)).context("the initial RAM disk has no modules")?;
    for name in list.lines() {
        drop(load_module(&Path::new(MODULES).join(name), ""));
    }
    Ok(())
}

/// The device of the disk with that serial number.
fn disk(serial: &str) -> Result<String> {
    until(&format!("the disk {serial}"), Duration::from_secs(30), || {
        let disks: Vec<PathBuf> = std::fs::read_dir("/sys/block")?.flatten().map(|entry| entry.path()).collect();
        let found = disks.iter().find(|disk| crate::traces::text(disk.join("serial")) == serial);
        let name = found.and_then(|disk| disk.file_name()?.to_str());
        name.map(|name| format!("/dev/{name}")).with_context(|| format!("the disks are {disks:?}"))
    })
}

/// Kernel and this process share their root, so that the kernel finds its program that loads modules.
fn switch_root() -> Result<()> {
    for name in ["dev", "proc", "sys", "run"] {
        move_mount(&Path::new("/").join(name), &Path::new(ROOT).join(name))
            .with_context(|| format!("cannot move /{name}"))?;
    }
    // The initial RAM disk lives in memory.
    drop(std::fs::remove_dir_all(MODULES));
    drop(std::fs::remove_file("/minosctl"));
    std::env::set_current_dir(ROOT)?;
    move_mount(Path::new("."), Path::new("/")).context("cannot move the root")?;
    std::os::unix::fs::chroot(".").context("cannot change to the root")?;
    Ok(std::env::set_current_dir("/")?)
}
