//! Reading an OCI layout.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::request::Accept;

/// The images of a layout.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OciLayout {
    folder: PathBuf,
    /// Digests by full name (`registry/name:tag`).
    images: HashMap<String, String>,
    /// Manifests and indexes by digest, also those that only an index names.
    manifests: HashMap<String, Manifest>,
}

/// A manifest, or an index of manifests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// Its digest.
    pub digest: String,
    /// Its media type.
    pub kind: String,
    /// What the image holds, in the words of its builder.
    pub holds: Option<String>,
    /// The digest of the manifest for this machine, if this is an index that has one.
    for_this_machine: Option<String>,
}

/// Why a manifest is not served.
#[derive(Debug, PartialEq, Eq)]
pub enum Missing {
    /// The layout does not have it.
    Unknown,
    /// It has it in this media type, which the client does not take.
    NotAccepted(String),
}

/// Annotations that name an image: containerd's, which is always the full name, and that of the OCI layout, which may be
/// the tag alone.
const NAMES: [&str; 2] = ["io.containerd.image.name", "org.opencontainers.image.ref.name"];
const DESCRIPTION: &str = "org.opencontainers.image.description";
/// Media types of indexes.
const INDEXES: [&str; 2] =
    ["application/vnd.oci.image.index.v1+json", "application/vnd.docker.distribution.manifest.list.v2+json"];
/// An index has a few kilobytes; what is larger is not read into memory.
const INDEX_LIMIT: u64 = 4 << 20;

impl OciLayout {
    /// Reads the index of the layout in `folder`, and the indexes below it.
    ///
    /// # Errors
    /// When the first cannot be read or is no index.
    pub fn open(folder: &Path) -> std::io::Result<Self> {
        let text = std::fs::read_to_string(folder.join("index.json"))?;
        let index: Value = serde_json::from_str(&text)?;
        let mut layout = Self { folder: folder.to_owned(), ..Self::default() };
        for entry in entries(&index) {
            if let Some(digest) = layout.add(entry) {
                let name = NAMES.iter().find_map(|name| entry["annotations"][name].as_str());
                layout.images.extend(name.map(|name| (name.to_owned(), digest)));
            }
        }
        Ok(layout)
    }

    /// Adds what a descriptor names, and everything below it; its digest.
    fn add(&mut self, entry: &Value) -> Option<String> {
        let (digest, kind) = (entry["digest"].as_str()?, entry["mediaType"].as_str()?);
        if self.manifests.contains_key(digest) {
            return Some(digest.to_owned());
        }
        let manifest = Manifest {
            digest: digest.to_owned(),
            kind: kind.to_owned(),
            holds: entry["annotations"][DESCRIPTION].as_str().map(str::to_owned),
            for_this_machine: None,
        };
        self.manifests.insert(digest.to_owned(), manifest);
        if INDEXES.contains(&kind) {
            let index = self.read_index(digest);
            let mut for_this_machine = None;
            for below in entries(&index) {
                let digest = self.add(below);
                for_this_machine = for_this_machine.or(digest.filter(|_| runs_here(below)));
            }
            self.manifests.get_mut(digest)?.for_this_machine = for_this_machine;
        }
        Some(digest.to_owned())
    }

    /// An index that cannot be read has nothing below it; what else the layout holds is served all the same.
    fn read_index(&self, digest: &str) -> Value {
        let read = || {
            let path = self.blob(digest).ok_or(std::io::ErrorKind::NotFound)?;
            if path.metadata()?.len() > INDEX_LIMIT {
                return Err(std::io::ErrorKind::FileTooLarge.into());
            }
            Ok::<Value, std::io::Error>(serde_json::from_slice(&std::fs::read(path)?)?)
        };
        read().unwrap_or_else(|error| {
            tracing::warn!(%error, digest, "an index of the image cache cannot be read");
            Value::Null
        })
    }

    /// The manifest for a reference (a tag or a digest) in a form that the client takes. A client that takes no indexes
    /// gets, by tag, the manifest for this machine.
    pub fn manifest(&self, registry: &str, name: &str, reference: &str, accept: &Accept) -> Result<&Manifest, Missing> {
        let by_digest = reference.contains(':');
        let digest = match by_digest {
            true => Some(reference),
            false => self.images.get(&format!("{registry}/{name}:{reference}")).map(String::as_str),
        };
        let manifest = digest.and_then(|digest| self.manifests.get(digest)).ok_or(Missing::Unknown)?;
        if accept.takes(&manifest.kind) {
            return Ok(manifest);
        }
        let below = manifest.for_this_machine.as_ref().filter(|_| !by_digest);
        let below = below.and_then(|digest| self.manifests.get(digest)).filter(|below| accept.takes(&below.kind));
        below.ok_or_else(|| Missing::NotAccepted(manifest.kind.clone()))
    }

    /// The file of a blob, if the layout has it.
    pub fn blob(&self, digest: &str) -> Option<PathBuf> {
        let hex = digest.strip_prefix("sha256:").filter(|hex| hex.len() == 64)?;
        let path =
            hex.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| self.folder.join("blobs/sha256").join(hex))?;
        path.is_file().then_some(path)
    }

    /// How many images it has.
    pub fn len(&self) -> usize {
        self.images.len()
    }
}

fn entries(index: &Value) -> &[Value] {
    index["manifests"].as_array().map(Vec::as_slice).unwrap_or_default()
}

fn runs_here(entry: &Value) -> bool {
    let architecture = match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    };
    entry["platform"]["os"] == "linux" && entry["platform"]["architecture"] == architecture
}
