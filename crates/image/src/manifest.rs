//! What went into an image and what came out, with digests.

use std::path::Path;

use anyhow::Result;
use serde::Serialize;

use crate::digest::{Digest, sha256_file};
use crate::package::Package;
use crate::verity::Verity;

/// Where a component comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ComponentKind {
    /// Debian's archive.
    Debian,
    /// Built from others' sources.
    Part,
}

/// One input.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Component {
    /// Where it comes from.
    pub kind: ComponentKind,
    /// The package's or program's name.
    pub name: String,
    /// Its version; for a part without one, `unknown`.
    pub version: String,
    /// Digest of the package file or the program.
    #[serde(rename = "sha256")]
    pub digest: Digest,
}

impl Component {
    /// A Debian package.
    pub fn debian(package: &Package) -> Self {
        let Package { name, version, digest, .. } = package.clone();
        Self { kind: ComponentKind::Debian, name, version, digest }
    }

    /// The component as a package URL.
    pub fn locator(&self) -> String {
        let escaped = self.version.replace('%', "%25").replace('+', "%2B").replace(':', "%3A").replace('~', "%7E");
        match self.kind {
            ComponentKind::Debian => format!("pkg:deb/debian/{}@{escaped}", self.name),
            ComponentKind::Part => format!("pkg:generic/{}@{escaped}", self.name),
        }
    }
}

/// A file that the build wrote.
#[derive(Clone, Debug, Serialize)]
pub struct OutputFile {
    /// Name in the output folder.
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// Digest of the contents.
    pub sha256: Digest,
}

impl OutputFile {
    /// Examines a file of the output folder.
    pub fn read(folder: &Path, name: &str) -> Result<Self> {
        let path = folder.join(name);
        Ok(Self { name: name.to_owned(), size: path.metadata()?.len(), sha256: sha256_file(&path)? })
    }
}

/// The file `manifest.json`.
#[derive(Debug, Serialize)]
pub struct Manifest {
    /// Version of the operating system.
    pub version: String,
    /// Release of the kernel.
    pub kernel: String,
    /// The kernel command line in the image.
    pub command_line: String,
    /// Digest at the top of the root's hash tree.
    pub root_hash: Digest,
    /// Place of the hash tree in the root image, in bytes.
    pub verity_offset: u64,
    /// Inputs.
    pub components: Vec<Component>,
    /// Outputs.
    pub outputs: Vec<OutputFile>,
}

impl Manifest {
    /// A manifest that has no outputs yet.
    pub fn new(version: &str, kernel: &str, command_line: &str, verity: Verity, components: Vec<Component>) -> Self {
        Self {
            version: version.to_owned(),
            kernel: kernel.to_owned(),
            command_line: command_line.to_owned(),
            root_hash: verity.root_hash,
            verity_offset: verity.offset,
            components,
            outputs: Vec::new(),
        }
    }
}
