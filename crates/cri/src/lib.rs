//! The container runtime: containerd's configuration and service, where it pulls from, and the image cache.
//!
//! In: the machine configuration and the volumes. Out: containerd's files, a request for its service, and a registry on
//! loopback that serves what the image cache holds. Composed in `machined`.

#![forbid(unsafe_code)]

mod containerd;
mod image_cache;

use std::path::PathBuf;

use minos_runtime::Controller;

/// What the domain needs.
#[derive(Debug, Clone)]
pub struct Deps {
    /// Folder in memory for containerd's files.
    pub folder: PathBuf,
    /// Where the image cache is mounted.
    pub image_cache: PathBuf,
}

impl Deps {
    /// The running node.
    pub fn linux() -> Self {
        Self { folder: "/run/minos/containerd".into(), image_cache: "/system/imagecache/disk".into() }
    }
}

/// The domain's controllers.
pub fn controllers(deps: Deps) -> Vec<Box<dyn Controller>> {
    vec![
        Box::new(containerd::ContainerdService::new(deps.folder)),
        Box::new(image_cache::ImageCacheServe::new(deps.image_cache)),
    ]
}
