//! The system's volumes: locate, provision, format, mount, grow.

mod apply;
mod plan;
mod system;

pub use apply::VolumeApply;
