use std::fs;

use super::*;

/// A folder that looks like the hierarchies of version 1.
fn legacy_root() -> tempfile::TempDir {
    let root = tempfile::tempdir().expect("a folder");
    for (hierarchy, files) in
        [("cpuset", &["cpuset.cpus", "cpuset.mems"][..]), ("freezer", &["freezer.state"]), ("memory", &[])]
    {
        let folder = root.path().join(hierarchy);
        fs::create_dir(&folder).expect("made");
        fs::write(folder.join("tasks"), "").expect("written");
        for file in files {
            fs::write(folder.join(file), "0-1\n").expect("written");
        }
    }
    std::os::unix::fs::symlink("cpuset", root.path().join("cpus")).expect("linked");
    fs::create_dir(root.path().join("unrelated")).expect("made");
    root
}

#[test]
fn controllers_are_passed_on_from_the_root_down() {
    let root = tempfile::tempdir().expect("a folder");
    let seed = |folder: &Path| fs::write(folder.join("cgroup.controllers"), "cpu memory rdma\n");
    seed(root.path()).expect("written");
    fs::create_dir(root.path().join("system")).expect("made");
    seed(&root.path().join("system")).expect("written");
    Cgroup::at(root.path(), "/system/apid").create().expect("made");
    for folder in [root.path().to_owned(), root.path().join("system")] {
        let control = fs::read_to_string(folder.join("cgroup.subtree_control")).expect("written");
        assert_eq!(control, "+cpu +memory");
    }
    assert!(!root.path().join("system/apid/cgroup.subtree_control").exists(), "a leaf keeps its processes");
}

#[test]
fn version_one_is_told_by_its_hierarchies() {
    let root = legacy_root();
    let Hierarchies::Legacy(found) = Hierarchies::at(root.path()) else { panic!("not recognised") };
    let names: Vec<_> = found.iter().filter_map(|path| path.file_name()?.to_str()).collect();
    assert_eq!(names, ["cpuset", "freezer", "memory"], "links and other folders are none");
    fs::write(root.path().join("cgroup.controllers"), "").expect("written");
    assert_eq!(Hierarchies::at(root.path()), Hierarchies::Unified);
}

#[test]
fn a_group_of_version_one_is_in_every_hierarchy() {
    let root = legacy_root();
    let group = Cgroup::at(root.path(), "/system/apid");
    group.create().expect("made");
    for hierarchy in ["cpuset", "freezer", "memory"] {
        assert!(root.path().join(hierarchy).join("system/apid").is_dir(), "{hierarchy}");
    }
    group.add(7).expect("added");
    for hierarchy in ["cpuset", "freezer", "memory"] {
        let file = root.path().join(hierarchy).join("system/apid/cgroup.procs");
        assert_eq!(fs::read_to_string(file).expect("written"), "7", "{hierarchy}");
    }
    assert_eq!(group.processes(), [7]);
    group.reserve_memory(4096).expect("a kernel without the file reserves nothing");
    let soft = root.path().join("memory/system/apid/memory.soft_limit_in_bytes");
    fs::write(&soft, "").expect("written");
    group.reserve_memory(4096).expect("reserved");
    assert_eq!(fs::read_to_string(soft).expect("written"), "4096");
}

#[test]
fn a_cpuset_inherits_what_it_lacks() {
    let root = legacy_root();
    let cpuset = root.path().join("cpuset");
    fs::create_dir(cpuset.join("pods")).expect("made");
    fs::write(cpuset.join("pods/cpuset.cpus"), "\n").expect("written");
    fs::write(cpuset.join("pods/cpuset.mems"), "1\n").expect("written");
    Cgroup::at(root.path(), "pods").create().expect("made");
    assert_eq!(fs::read_to_string(cpuset.join("pods/cpuset.cpus")).expect("there"), "0-1");
    assert_eq!(fs::read_to_string(cpuset.join("pods/cpuset.mems")).expect("there"), "1\n", "what is set stays");
}

#[test]
fn processes_of_other_namespaces_are_never_signalled() {
    let root = legacy_root();
    let group = Cgroup::at(root.path(), "other");
    group.create().expect("made");
    for hierarchy in ["cpuset", "freezer", "memory"] {
        fs::write(root.path().join(hierarchy).join("other/cgroup.procs"), "0\n0\n").expect("written");
    }
    fs::write(root.path().join("freezer/other/freezer.state"), "THAWED").expect("written");
    assert_eq!(group.processes(), Vec::<i32>::new());
    group.kill().expect("nobody is left that this process could signal");
}

#[test]
fn groups_of_this_kernel_hold_and_end_processes() {
    for root in real_roots() {
        let name = format!("minos-test-{}", std::process::id());
        let group = Cgroup::at(&root, &format!("{name}/inner"));
        let outer = Cgroup::at(&root, &name);
        outer.create_leaf();
        group.create_leaf();
        let spec = crate::SpawnSpec {
            argv: ["/bin/sh", "-c", "sleep 1000 & sleep 1000"].map(str::to_owned).to_vec(),
            env: vec!["PATH=/usr/bin:/bin".to_owned()],
            cgroup: Some(group.clone()),
            own_child: true,
            ..crate::SpawnSpec::default()
        };
        let shell = crate::spawn(&spec).expect("started");
        assert!(group.processes().contains(&shell.pid), "{}: it starts inside", root.display());
        outer.kill().expect("ended");
        wait_until(|| group.processes().is_empty());
        wait_for_child(shell.pid);
        wait_until(|| outer.remove().is_ok());
        assert_eq!(group.processes(), Vec::<i32>::new());
    }
}

impl Cgroup {
    /// Makes only its folders: a test must not change which controllers the groups of its host pass on.
    fn create_leaf(&self) {
        match Hierarchies::at(&self.root) {
            Hierarchies::Unified => {
                fs::create_dir(self.root.join(&self.name)).expect("tests on control groups need root")
            }
            Hierarchies::Legacy(_) => self.create().expect("tests on control groups need root"),
        }
    }
}

/// Every version that is mounted on this host.
fn real_roots() -> Vec<PathBuf> {
    let mut roots: Vec<PathBuf> = crate::mounts()
        .expect("readable")
        .into_iter()
        .filter(|mount| mount.filesystem == "cgroup2")
        .map(|mount| mount.target)
        .collect();
    roots.extend(Hierarchies::mounted().are_legacy().then(|| PathBuf::from(ROOT)));
    assert!(!roots.is_empty(), "this host has no control groups mounted");
    roots
}

fn wait_until(mut holds: impl FnMut() -> bool) {
    for _ in 0..500 {
        if holds() {
            return;
        }
        let _ = rustix::thread::nanosleep(&rustix::time::Timespec { tv_sec: 0, tv_nsec: 20_000_000 });
    }
    panic!("not within 10 s");
}

fn wait_for_child(pid: i32) {
    let pid = rustix::process::Pid::from_raw(pid).expect("positive");
    rustix::process::waitpid(Some(pid), rustix::process::WaitOptions::empty()).expect("a child");
}
