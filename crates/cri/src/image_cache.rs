//! The image cache: an OCI layout that came with the machine, served to containerd as a registry on loopback. containerd
//! asks it first and the image's own registry afterwards.
//!
//! `machine.features.imageCache.localEnabled` decides whether it is asked at all.

mod layout;
mod refusal;
mod registry;
mod request;
mod serve;

use minos_config::Config;

pub use serve::ImageCacheServe;

/// Where the registry listens.
pub const ADDRESS: &str = "127.0.0.1:3172";

/// Whether the configuration wants the cache.
pub fn is_enabled(config: &Config) -> bool {
    config.features().local_image_cache
}
