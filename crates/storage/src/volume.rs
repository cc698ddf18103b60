//! The system's volumes: locate, provision, format, mount, grow.

mod apply;
mod bound;
mod plan;
mod system;

pub use apply::VolumeApply;
pub use bound::VolumeBound;
