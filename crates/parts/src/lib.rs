//! What is built from others' packages: Go modules, one crate, Debian packages; and the container images made of it.
//!
//! In: `parts/` (one folder per part, its versions pinned), `parts/images.toml`, a lock of Debian packages. Out: programs
//! and one OCI layout in the user's cache, keyed by content, so that a second run does nothing. Used by the image builder,
//! the local cluster and `make up`; never on a node.

#![forbid(unsafe_code)]

mod build;
mod cache;
pub mod debian;
mod digest;
mod images;
mod layer;
mod oci;
mod part;
mod sbom;
mod sources;

pub use build::{build, build_all};
pub use cache::cache_folder;
pub use images::{ImageList, write_images};
pub use part::{PARTS, Part};
