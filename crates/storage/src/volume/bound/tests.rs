use std::path::PathBuf;
use std::sync::Mutex;

use minos_blockdev::{BlockDevice, NewPartition, Probed};
use minos_runtime::testing::Harness;
use minos_sys::MountFlags;

use super::*;
use crate::machine::RootInfo;

/// A host whose disks nobody may touch.
#[derive(Default)]
struct Bound {
    mounted: Mutex<Vec<PathBuf>>,
    folders: Mutex<Vec<PathBuf>>,
}

impl Bound {
    fn at(targets: &[&str]) -> Arc<Self> {
        Arc::new(Self { mounted: Mutex::new(targets.iter().map(PathBuf::from).collect()), ..Self::default() })
    }
}

impl Disks for Bound {
    fn root(&self) -> Option<RootInfo> {
        panic!("a container has no disk")
    }

    fn devices(&self) -> Result<Vec<BlockDevice>, StorageError> {
        panic!("the host's disks were listed")
    }

    fn probe(&self, device: &Path) -> Result<Option<Probed>, StorageError> {
        panic!("{} was read", device.display())
    }

    fn add_partition(&self, disk: &Path, _: &NewPartition) -> Result<(), StorageError> {
        panic!("{} was changed", disk.display())
    }

    fn grow_partition(&self, disk: &Path, _: &str) -> Result<(), StorageError> {
        panic!("{} was changed", disk.display())
    }

    fn format_xfs(&self, device: &Path, _: &str) -> Result<(), StorageError> {
        panic!("{} was formatted", device.display())
    }

    fn grow_filesystem(&self, target: &Path, _: u64) -> Result<(), StorageError> {
        panic!("the filesystem at {} was grown", target.display())
    }

    fn is_mounted(&self, target: &Path) -> bool {
        self.mounted.lock().unwrap().iter().any(|mounted| mounted == target)
    }

    fn mount(&self, source: &str, target: &Path, _: &str, _: MountFlags, _: &str) -> Result<(), StorageError> {
        assert_eq!(source, "overlay", "{}", target.display());
        self.mounted.lock().unwrap().push(target.to_owned());
        Ok(())
    }

    fn make_folders(&self, folders: &[PathBuf]) -> Result<(), StorageError> {
        self.folders.lock().unwrap().extend(folders.to_vec());
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn bound_folders_are_ready_volumes() {
    let host = Bound::at(&["/system/state", "/var"]);
    let harness = Harness::new().with(Box::new(VolumeBound::new(host.clone())));
    harness.pass(Duration::from_secs(1)).await;
    for (id, location) in [("STATE", "/system/state"), ("EPHEMERAL", "/var")] {
        let status = harness.spec::<VolumeStatus>(id).expect("reported");
        assert_eq!((status.phase, status.kind.as_str()), (VolumePhase::Ready, "directory"), "{id}");
        assert_eq!(status.location, location);
        assert!(harness.spec::<MountStatus>(id).is_some(), "{id}");
    }
    assert!(host.is_mounted(Path::new("/etc/kubernetes")), "folders of the root can be written");
    assert!(host.folders.lock().unwrap().contains(&PathBuf::from("/var/lib/kubelet")));
}

#[tokio::test(start_paused = true)]
async fn what_is_not_bound_is_missing_until_it_is() {
    let host = Bound::at(&["/system/state", "/var"]);
    let harness = Harness::new().with(Box::new(VolumeBound::new(host.clone())));
    harness.pass(Duration::from_secs(1)).await;
    assert_eq!(harness.spec::<VolumeStatus>("IMAGECACHE").expect("reported").phase, VolumePhase::Missing);
    assert_eq!(harness.spec::<MountStatus>("IMAGECACHE"), None);
    host.mounted.lock().unwrap().push("/system/imagecache/disk".into());
    harness.pass(Duration::from_secs(15)).await;
    assert_eq!(harness.spec::<VolumeStatus>("IMAGECACHE").expect("reported").phase, VolumePhase::Ready);
}

#[test]
fn a_container_has_no_controller_that_looks_at_disks() {
    let names = |mode| {
        let all = crate::controllers(crate::Deps { mode, disks: Bound::at(&[]) });
        all.iter().map(|controller| controller.name().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names(minos_sys::Mode::Container(minos_sys::Runner::Minos)), ["storage.volume.bound"]);
    assert!(names(minos_sys::Mode::Machine).contains(&"storage.disk.status".to_owned()));
}
