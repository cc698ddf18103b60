//! Cases about what a node may use of the host.

use std::path::{Path, PathBuf};

use minos_sys::{CharacterDevices, restrict_devices};

use crate::fixture::Cluster;
use crate::host::groups;

/// Root in a node can write every file that it sees. What binds it lies above.
pub async fn a_node_cannot_raise_its_limits(root: &Path) {
    let cluster = Cluster::started(root, "limits", 1).await;
    let ask = async |line: &str| cluster.ask(0, line).await;
    let legacy = ask("exists /sys/fs/cgroup/memory").await == "true";
    let attempts: &[(&str, &str, &str)] = if legacy {
        &[("memory/memory.limit_in_bytes", "536870912", "-1"), ("cpu/cpu.cfs_quota_us", "150000", "-1")]
    } else {
        &[("memory.max", "536870912", "max"), ("cpu.max", "150000 100000", "max 100000")]
    };
    for (file, bound, unlimited) in attempts {
        let path = format!("/sys/fs/cgroup/{file}");
        assert_eq!(ask(&format!("read {path}")).await.trim(), *bound, "programs find their limit at the root");
        assert_eq!(ask(&format!("write {path} {unlimited}")).await, "written", "{path}");
        let name = file.rsplit('/').next().expect("a name");
        let own: Vec<_> = groups(&cluster.spec.id).into_iter().filter(|group| group.ends_with("limits-0.1")).collect();
        let found: Vec<_> = own.iter().filter_map(|group| std::fs::read_to_string(group.join(name)).ok()).collect();
        assert_eq!(found.iter().map(|text| text.trim()).collect::<Vec<_>>(), [*bound], "{name} above the node's root");
    }
    if legacy {
        let stat = ask("read /sys/fs/cgroup/memory/memory.stat").await;
        let bound = stat.lines().find_map(|line| line.strip_prefix("hierarchical_memory_limit ")).expect("a line");
        assert_eq!(bound, "536870912", "the kernel counts with the limit above");
    }
    cluster.destroy().await;
}

/// Whatever device files it makes and whatever it writes to its groups. Privileged containers work all the same.
pub async fn a_node_opens_no_device_of_the_host(root: &Path) {
    let cluster = Cluster::started(root, "devices", 1).await;
    let ask = async |line: &str| cluster.ask(0, line).await;
    let devices = std::fs::read_to_string("/proc/devices").expect("readable");
    let drivers = devices.lines().take_while(|line| !line.starts_with("Block"));
    let majors = drivers.filter_map(|line| line.split_whitespace().next()?.parse::<u32>().ok());
    let foreign = majors.filter(|major| ![1, 5, 10, 128].contains(major) && !(136..=143).contains(major));
    let mut all: Vec<(&str, u32, u32)> = foreign.map(|major| ("c", major, 0)).collect();
    all.extend([("b", 7, 0), ("b", 8, 0), ("b", 254, 0), ("c", 1, 1), ("c", 1, 4), ("c", 1, 11), ("c", 10, 237)]);
    for (kind, major, minor) in &all {
        let made = ask(&format!("mknod {kind} {major} {minor} /dev/{kind}-{major}-{minor}")).await;
        assert!(made == "made" || made.contains("exists"), "{kind} {major}:{minor}: {made}");
    }
    let legacy = ask("exists /sys/fs/cgroup/devices").await == "true";
    for attempt in 0..2 {
        for (kind, major, minor) in &all {
            let answer = ask(&format!("open /dev/{kind}-{major}-{minor}")).await;
            assert!(answer.contains("not permitted"), "{kind} {major}:{minor}, attempt {attempt}: {answer}");
        }
        for name in ["null", "zero", "urandom"] {
            assert_eq!(ask(&format!("open /dev/{name}")).await, "opened", "{name}");
        }
        if legacy && attempt == 0 {
            let allow = async |rule: &str| ask(&format!("write /sys/fs/cgroup/devices/devices.allow {rule}")).await;
            assert!(allow("b *:* rwm").await.contains("not permitted"));
            // The group allows all already; what is denied above stays so.
            assert_eq!(allow("a").await, "written");
            // What the runtime of containers does for one that is privileged.
            assert_eq!(ask("mkdir /sys/fs/cgroup/devices/pod").await, "made");
            for file in ["devices.deny", "devices.allow"] {
                assert_eq!(ask(&format!("write /sys/fs/cgroup/devices/pod/{file} a")).await, "written", "{file}");
            }
            // And for others: first nothing, then what every container opens.
            assert_eq!(ask("write /sys/fs/cgroup/devices/pod/devices.deny a").await, "written");
            for rule in ["c *:* m", "b *:* m", "c 1:3 rwm", "c 5:1 rwm", "c 5:2 rwm", "c 136:* rwm", "c 10:200 rwm"] {
                let answer = ask(&format!("write /sys/fs/cgroup/devices/pod/devices.allow {rule}")).await;
                assert_eq!(answer, "written", "{rule}");
            }
        }
    }
    cluster.destroy().await;
}

/// Also on a host whose controllers are of version 1, where no node shows it.
pub async fn a_group_of_version_two_opens_only_what_is_listed(_: &Path) {
    let mounts = minos_sys::mounts().expect("readable");
    let two = mounts.iter().find(|mount| mount.filesystem == "cgroup2");
    let outer = Group::new(two.expect("a hierarchy of version 2 is mounted").target.join("minos-test"));
    let inner = Group::new(outer.0.join("inner"));
    let one = |minor| CharacterDevices { major: 1, minor: Some(minor) };
    let (null, zero) = (one(3), one(5));
    assert_eq!(outer.open("/dev/zero"), "");
    restrict_devices(&outer.0, &[null]).expect("restricted");
    restrict_devices(&inner.0, &[null, zero]).expect("restricted");
    for group in [&outer, &inner] {
        assert_eq!(group.open("/dev/null"), "", "{}", group.0.display());
        let refused = group.open("/dev/zero");
        assert!(refused.contains("not permitted"), "{}: {refused}", group.0.display());
    }
}

/// A control group that is removed with this value.
struct Group(PathBuf);

impl Group {
    fn new(path: PathBuf) -> Self {
        // One that an earlier run left.
        let _ = std::fs::remove_dir(path.join("inner")).and_then(|()| std::fs::remove_dir(&path));
        std::fs::create_dir(&path).expect("made");
        Self(path)
    }

    /// What a process in the group says when it opens a file.
    fn open(&self, file: &str) -> String {
        let script = format!("echo $$ > {}/cgroup.procs && : < {file}", self.0.display());
        let output = std::process::Command::new("sh").args(["-c", &script]).output().expect("a shell");
        String::from_utf8_lossy(&output.stderr).into_owned()
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        // What is left is removed by the next run.
        let _ = std::fs::remove_dir(&self.0);
    }
}
