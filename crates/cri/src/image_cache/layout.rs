//! Reading an OCI layout.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// The images of a layout.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OciLayout {
    folder: PathBuf,
    /// By full name (`registry/name:tag`): digest and media type of the manifest.
    images: HashMap<String, (String, String)>,
    /// Media types of manifests by digest.
    manifests: HashMap<String, String>,
}

/// The annotation that names an image.
const NAME: &str = "org.opencontainers.image.ref.name";

impl OciLayout {
    /// Reads the index of the layout in `folder`.
    ///
    /// # Errors
    /// When it cannot be read or is no index.
    pub fn open(folder: &Path) -> std::io::Result<Self> {
        let text = std::fs::read_to_string(folder.join("index.json"))?;
        let index: Value = serde_json::from_str(&text)?;
        let mut layout = Self { folder: folder.to_owned(), ..Self::default() };
        for entry in index["manifests"].as_array().map(Vec::as_slice).unwrap_or_default() {
            let text = |value: &Value| value.as_str().map(str::to_owned);
            let (Some(digest), Some(kind)) = (text(&entry["digest"]), text(&entry["mediaType"])) else { continue };
            layout.manifests.insert(digest.clone(), kind.clone());
            if let Some(name) = text(&entry["annotations"][NAME]) {
                layout.images.insert(name, (digest, kind));
            }
        }
        Ok(layout)
    }

    /// Digest and media type of a manifest; `reference` is a tag or a digest.
    pub fn manifest(&self, registry: &str, name: &str, reference: &str) -> Option<(String, String)> {
        if reference.contains(':') {
            let kind = self.manifests.get(reference)?;
            return Some((reference.to_owned(), kind.clone()));
        }
        self.images.get(&format!("{registry}/{name}:{reference}")).cloned()
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
