//! The container runtime. Nothing writes these types yet.

mod image_cache_config;
mod registry_config;
mod seccomp_profile;

pub use image_cache_config::{ImageCacheConfig, ImageCacheCopyStatus, ImageCacheStatus};
pub use registry_config::{RegistryAuth, RegistryConfig, RegistryEndpoint, RegistryMirror, RegistryTls};
pub use seccomp_profile::SeccompProfile;

use crate::declare::definitions;

definitions![ImageCacheConfig, RegistryConfig, SeccompProfile];
