//! What all nodes of a cluster share, mounted once by the runner: the root, and the image cache. Nodes bind it.
//!
//! Since 6.12 a kernel mounts an EROFS image from its file, unless the file's own filesystem cannot be read that way (a
//! container's overlay, for one). Else a loop device is put between: read-only, and freed by the kernel when the last
//! mount of it is gone, whatever ends the runner.

use std::io::Error;
use std::path::{Path, PathBuf};

use minos_sys::{LoopDevice, MountFlags, bind_with, mount};

use super::cluster::ContainerCluster;
use crate::LocalClusterError;

const READ_ONLY: MountFlags =
    MountFlags { read_only: true, no_suid: false, no_dev: false, no_exec: false, no_atime: false };

/// Mounts both, in the mount namespace of the runner.
pub(super) fn mount_shared(folder: &Path, cluster: &ContainerCluster) -> Result<(), LocalClusterError> {
    attach(&cluster.root, &root(folder))?;
    match &cluster.image_cache {
        Some(image) => attach(image, &image_cache(folder)),
        None => Ok(()),
    }
}

/// Where the root of the nodes is.
pub(super) fn root(folder: &Path) -> PathBuf {
    folder.join("shared/root")
}

/// Where the image cache is.
pub(super) fn image_cache(folder: &Path) -> PathBuf {
    folder.join("shared/imagecache")
}

/// A folder, or an EROFS image.
fn attach(source: &Path, target: &Path) -> Result<(), LocalClusterError> {
    std::fs::create_dir_all(target).map_err(LocalClusterError::file("create", target))?;
    if source.is_dir() {
        return bind_with(source, target, READ_ONLY).map_err(LocalClusterError::file("mount", source));
    }
    let Err(from_file) = mount(&source.display().to_string(), target, "erofs", READ_ONLY, "") else { return Ok(()) };
    attach_by_loop(source, target).map_err(|by_loop| neither(source, &from_file, &by_loop))
}

fn attach_by_loop(source: &Path, target: &Path) -> Result<(), Error> {
    let device = LoopDevice::read_only(source)?;
    mount(&device.path().display().to_string(), target, "erofs", READ_ONLY, "")
}

fn neither(source: &Path, from_file: &Error, by_loop: &Error) -> LocalClusterError {
    LocalClusterError::Host(format!(
        "the image {} can be mounted neither from its file ({from_file}) nor by a loop device ({by_loop}); the first takes \
         Linux 6.12 or later, the second /dev/loop-control and a free loop device",
        source.display()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_reasons_are_said_when_an_image_cannot_be_mounted() {
        let (file, device) = (Error::from_raw_os_error(15), Error::from_raw_os_error(2));
        let text = neither(Path::new("/images/root.erofs"), &file, &device).to_string();
        for part in ["/images/root.erofs", "Block device required", "No such file", "6.12", "/dev/loop-control"] {
            assert!(text.contains(part), "{part}: {text}");
        }
    }
}
