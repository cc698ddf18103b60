//! The hierarchies of control groups that this host has.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::LocalClusterError;

/// Version of control groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in super::super) enum Version {
    /// A hierarchy for each controller or few.
    One,
    /// One hierarchy for all.
    Two,
}

/// A mounted hierarchy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in super::super) struct Hierarchy {
    /// Version.
    pub version: Version,
    /// Where it is mounted.
    pub mount: PathBuf,
    /// Its controllers, `name=…` for one without; none with version 2.
    pub controllers: Vec<String>,
    /// The group below which the cluster's is made.
    pub parent: PathBuf,
}

impl Hierarchy {
    /// Whether a controller of version 1 is in this hierarchy.
    pub fn has(&self, controller: &str) -> bool {
        self.controllers.iter().any(|one| one == controller)
    }
}

/// The hierarchies of this host: all of version 1 when there is one with a controller, else that of version 2.
pub(in super::super) fn hierarchies() -> Result<Vec<Hierarchy>, LocalClusterError> {
    let read = |path: &str| std::fs::read_to_string(path).map_err(LocalClusterError::file("read", Path::new(path)));
    let found = parse(&read("/proc/self/cgroup")?, &read("/proc/self/mountinfo")?);
    if found.is_empty() {
        return Err(LocalClusterError::Host("no control group hierarchy is mounted below /sys/fs/cgroup".to_owned()));
    }
    Ok(found)
}

fn parse(own: &str, mounts: &str) -> Vec<Hierarchy> {
    let groups: Vec<(Vec<String>, &str)> = own.lines().filter_map(own_group).collect();
    let mut found: Vec<Hierarchy> = Vec::new();
    for mount in mounts.lines().filter_map(cgroup_mount) {
        let own = groups.iter().find(|(controllers, _)| match mount.version {
            Version::Two => controllers.is_empty(),
            Version::One => !controllers.is_empty() && controllers.iter().all(|one| mount.options.contains(one)),
        });
        let Some((controllers, path)) = own else { continue };
        if found.iter().any(|one| one.version == mount.version && one.controllers == *controllers) {
            continue;
        }
        let path = path.strip_prefix(mount.root.trim_end_matches('/')).unwrap_or_default().trim_start_matches('/');
        let parent = match mount.version {
            // The root is the only group that may hold processes and pass controllers on.
            Version::Two => mount.point.clone(),
            Version::One if path.is_empty() => mount.point.clone(),
            Version::One => mount.point.join(path),
        };
        found.push(Hierarchy { version: mount.version, mount: mount.point, controllers: controllers.clone(), parent });
    }
    let has_controllers = found.iter().any(|one| one.controllers.iter().any(|name| !name.starts_with("name=")));
    found.retain(|one| (one.version == Version::One) == has_controllers);
    found
}

/// A line of `/proc/self/cgroup`: `4:memory:/user/1`.
fn own_group(line: &str) -> Option<(Vec<String>, &str)> {
    let mut fields = line.splitn(3, ':').skip(1);
    let controllers = fields.next()?.split(',').filter(|one| !one.is_empty()).map(str::to_owned).collect();
    Some((controllers, fields.next()?))
}

struct CgroupMount {
    version: Version,
    root: String,
    point: PathBuf,
    options: Vec<String>,
}

/// A line of `/proc/self/mountinfo` (proc_pid_mountinfo(5)), when it is a hierarchy.
fn cgroup_mount(line: &str) -> Option<CgroupMount> {
    let (first, second) = line.split_once(" - ")?;
    let mut kind = second.split(' ');
    let version = match kind.next()? {
        "cgroup" => Version::One,
        "cgroup2" => Version::Two,
        _ => return None,
    };
    let options = kind.nth(1)?.split(',').map(str::to_owned).collect();
    let mut fields = first.split(' ').skip(3);
    Some(CgroupMount { version, root: fields.next()?.to_owned(), point: fields.next()?.into(), options })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HYBRID: &str = "\
28 25 0:24 / /sys/fs/cgroup rw,relatime - tmpfs cgroup rw,mode=755
29 28 0:25 / /sys/fs/cgroup/cpu,cpuacct rw,relatime - cgroup cgroup rw,cpu,cpuacct
30 28 0:26 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
31 28 0:27 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,xattr,name=systemd
32 28 0:28 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
";

    #[test]
    fn of_a_hybrid_host_the_first_version_counts() {
        let own = "9:name=systemd:/\n4:memory:/jobs/7\n2:cpu,cpuacct:/\n0::/\n";
        let found = parse(own, HYBRID);
        let parents: Vec<_> = found.iter().map(|one| one.parent.display().to_string()).collect();
        assert_eq!(parents, ["/sys/fs/cgroup/cpu,cpuacct", "/sys/fs/cgroup/memory/jobs/7", "/sys/fs/cgroup/systemd"]);
        assert!(found.iter().all(|one| one.version == Version::One));
    }

    #[test]
    fn of_version_two_the_root_is_taken() {
        let mounts = "28 25 0:24 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n";
        let found = parse("0::/user.slice/session-1.scope\n", mounts);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].version, found[0].parent.as_path()), (Version::Two, Path::new("/sys/fs/cgroup")));
    }

    #[test]
    fn a_named_hierarchy_beside_version_two_is_left_out() {
        let mounts = "\
28 25 0:24 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw
29 28 0:25 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,xattr,name=systemd
";
        let found = parse("1:name=systemd:/\n0::/\n", mounts);
        assert_eq!(found.iter().map(|one| one.version).collect::<Vec<_>>(), [Version::Two]);
    }

    #[test]
    fn in_a_container_the_path_is_below_what_is_mounted() {
        let mounts = "30 28 0:26 /box /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n";
        let found = parse("4:memory:/box/inner\n", mounts);
        assert_eq!(found[0].parent, Path::new("/sys/fs/cgroup/memory/inner"));
    }
}
