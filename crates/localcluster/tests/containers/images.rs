//! Cases about images and how they are mounted.

use std::path::Path;

use minos_sys::{MountFlags, mount, unmount};
use rustix::process::{Pid, Signal, kill_process};

use crate::erofs;
use crate::fixture::Cluster;
use crate::host::Host;

const WORD: &str = "/system/imagecache/disk/word";

pub async fn an_image_is_mounted_from_its_file(root: &Path) {
    let folder = tempfile::tempdir().expect("a folder");
    let image = folder.path().join("cache.erofs");
    std::fs::write(&image, erofs::image("word", "from the file")).expect("written");
    let mut cluster = Cluster::new(root, "file", 2);
    let before = Host::now(cluster.folder.path());
    cluster.spec.image_cache = Some(image);
    cluster.start().await.expect("started");
    for node in 0..2 {
        assert_eq!(cluster.ask(node, &format!("read {WORD}")).await, "from the file");
        assert!(cluster.ask(node, &format!("write {WORD} other")).await.contains("Read-only"));
    }
    cluster.destroy().await;
    Host::now(cluster.folder.path()).assert_equals(&before);
}

/// The files of an overlay cannot be mounted, and the kernel says so with the error that it has before 6.12 for all.
pub async fn an_image_is_mounted_by_a_loop_device_where_its_file_cannot_be(root: &Path) {
    let overlay = Overlay::new();
    let image = overlay.merged().join("cache.erofs");
    std::fs::write(&image, erofs::image("word", "by a loop device")).expect("written");
    let error = mount(&image.display().to_string(), &overlay.spare(), "erofs", MountFlags::strict(), "");
    assert_eq!(error.expect_err("else this case shows nothing").raw_os_error(), Some(ENOTBLK));
    for killed in [false, true] {
        let mut cluster = Cluster::new(root, "loop", 1);
        let before = Host::now(cluster.folder.path());
        cluster.spec.image_cache = Some(image.clone());
        cluster.start().await.expect("started");
        assert_eq!(cluster.ask(0, &format!("read {WORD}")).await, "by a loop device");
        assert!(cluster.ask(0, &format!("write {WORD} other")).await.contains("Read-only"));
        let mounts = cluster.ask(0, "read /proc/self/mounts").await;
        assert!(mounts.lines().any(|line| line.starts_with("/dev/loop") && line.contains(" erofs ro")), "{mounts}");
        if killed {
            let record = std::fs::read_to_string(cluster.folder.path().join("runner.json")).expect("readable");
            let record: serde_json::Value = serde_json::from_str(&record).expect("JSON");
            let runner = record["pid"].as_i64().and_then(|pid| Pid::from_raw(pid as i32)).expect("an id");
            kill_process(runner, Signal::KILL).expect("it runs");
        }
        cluster.destroy().await;
        Host::now(cluster.folder.path()).assert_equals(&before);
    }
}

pub async fn an_image_that_cannot_be_mounted_at_all_is_named(root: &Path) {
    let folder = tempfile::tempdir().expect("a folder");
    let image = folder.path().join("broken.erofs");
    std::fs::write(&image, vec![0; 16384]).expect("written");
    let mut cluster = Cluster::new(root, "broken", 1);
    let before = Host::now(cluster.folder.path());
    cluster.spec.image_cache = Some(image.clone());
    let error = cluster.start().await.expect_err("that is no image").to_string();
    assert!(error.contains(&image.display().to_string()) && error.contains("loop device"), "{error}");
    cluster.destroy().await;
    Host::now(cluster.folder.path()).assert_equals(&before);
}

const ENOTBLK: i32 = 15;

/// A folder of this host that is an overlay, as containers have.
struct Overlay(tempfile::TempDir);

impl Overlay {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let base = folder.path().join("base");
        std::fs::create_dir(&base).expect("made");
        mount("tmpfs", &base, "tmpfs", MountFlags::strict(), "size=1m").expect("mounted");
        let overlay = Self(folder);
        for name in ["lower", "upper", "work", "spare"] {
            std::fs::create_dir(base.join(name)).expect("made");
        }
        std::fs::create_dir(overlay.merged()).expect("made");
        let options = ["lower", "upper", "work"].map(|name| format!("{name}dir={}", base.join(name).display()));
        mount("overlay", &overlay.merged(), "overlay", MountFlags::strict(), &options.join(",")).expect("mounted");
        overlay
    }

    fn merged(&self) -> std::path::PathBuf {
        self.0.path().join("merged")
    }

    fn spare(&self) -> std::path::PathBuf {
        self.0.path().join("base/spare")
    }
}

impl Drop for Overlay {
    fn drop(&mut self) {
        for path in [self.merged(), self.0.path().join("base")] {
            // One that was not mounted yet.
            let _ = unmount(&path, true);
        }
    }
}
