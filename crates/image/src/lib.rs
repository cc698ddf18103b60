//! Composes the operating system: Debian packages and our own binaries become a verified root file system, a unified
//! kernel image, a disk image, a container image, a software bill of materials and a manifest of everything that went in.
//!
//! The root file system is first a [`Tree`] in memory, each file with the package that it comes from; the allow list
//! is checked on that, then it is written as EROFS with its dm-verity tree. Equal inputs give equal bytes.
#![forbid(unsafe_code)]

mod allow;
mod build;
mod container;
mod cpio;
mod deb;
mod digest;
mod disk;
mod elf;
mod erofs;
mod guest;
mod imagecache;
mod initrd;
mod locate;
mod manifest;
mod modules;
mod package;
mod part;
mod pattern;
mod qcow2;
mod recipe;
mod root;
mod sbom;
mod sparse;
mod stages;
mod tools;
mod tree;
mod uki;
mod verify;
mod verity;

pub use allow::{AllowList, Offence};
pub use build::{BuildOptions, build};
pub use container::write_container_image;
pub use cpio::CpioWriter;
pub use deb::{Unpacked, unpack};
pub use digest::{Digest, sha256, sha256_file};
pub use disk::{DiskContents, write_disk};
pub use erofs::{Compression, write_erofs};
pub use guest::write_guest;
pub use imagecache::write_image_cache;
pub use locate::{locate, locate_hash_tree};
pub use modules::{ModuleIndex, ModuleName};
pub use package::{Package, fetch_packages, packages_in};
pub use part::{Program, build_programs, programs_in};
pub use qcow2::write_qcow2;
pub use recipe::Recipe;
pub use stages::Stages;
pub use tools::Tools;
pub use tree::{Entry, Kind, Origin, Source, Tree};
pub use uki::{Section, assemble};
pub use verify::verify_disk;
pub use verity::{RootHash, Verity, append_verity, verify_tree};
