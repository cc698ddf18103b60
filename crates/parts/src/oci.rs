//! An OCI image layout: blobs by digest and an index that names images.

use std::fs::File;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use crate::digest;
use crate::layer::Layer;

/// A blob of the layout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blob {
    /// Digest, as hexadecimal digits.
    pub sha256: String,
    /// Length, in bytes.
    pub size: u64,
}

/// How an image's program is started.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Start {
    /// Program and first arguments.
    pub entrypoint: Vec<String>,
    /// Environment.
    pub env: Vec<String>,
    /// User, as number or name; root when empty.
    pub user: String,
}

/// A layout being written.
#[derive(Debug)]
pub struct Layout {
    folder: PathBuf,
    manifests: Vec<Value>,
}

const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
const CONFIG: &str = "application/vnd.oci.image.config.v1+json";
const LAYER: &str = "application/vnd.oci.image.layer.v1.tar";
const INDEX: &str = "application/vnd.oci.image.index.v1+json";
/// Programs are found here.
const PATH: &str = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

impl Layout {
    /// An empty layout in a new folder.
    pub fn create(folder: &Path) -> Result<Self> {
        let blobs = folder.join("blobs/sha256");
        std::fs::create_dir_all(&blobs).with_context(|| format!("cannot make {}", blobs.display()))?;
        Ok(Self { folder: folder.to_owned(), manifests: Vec::new() })
    }

    /// Writes a layer, uncompressed: a node hashes and unpacks it faster than it would inflate it, and the disk that
    /// carries it is sparse and local.
    pub fn layer(&self, layer: &Layer) -> Result<Blob> {
        let partial = self.folder.join("blobs/partial");
        let file = File::create(&partial).with_context(|| format!("cannot write {}", partial.display()))?;
        layer.write(file)?;
        let sha256 = digest::of_file(&partial)?;
        let size = partial.metadata()?.len();
        std::fs::rename(&partial, self.blob(&sha256)).context("cannot keep the layer")?;
        Ok(Blob { sha256, size })
    }

    /// Adds an image.
    pub fn image(&mut self, reference: &str, layers: &[Blob], start: &Start) -> Result<()> {
        let env: Vec<&str> = [PATH].into_iter().chain(start.env.iter().map(String::as_str)).collect();
        let config = json!({
            "architecture": "amd64",
            "os": "linux",
            "created": "1970-01-01T00:00:00Z",
            "config": { "Entrypoint": start.entrypoint, "Env": env, "User": start.user, "WorkingDir": "/" },
            "rootfs": { "type": "layers", "diff_ids": layers.iter().map(|one| sha(&one.sha256)).collect::<Vec<_>>() },
        });
        let config = self.json(&config)?;
        let manifest = json!({
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": { "mediaType": CONFIG, "digest": sha(&config.sha256), "size": config.size },
            "layers": layers
                .iter()
                .map(|layer| json!({ "mediaType": LAYER, "digest": sha(&layer.sha256), "size": layer.size }))
                .collect::<Vec<_>>(),
        });
        let manifest = self.json(&manifest)?;
        self.manifests.push(json!({
            "mediaType": MANIFEST,
            "digest": sha(&manifest.sha256),
            "size": manifest.size,
            "platform": { "architecture": "amd64", "os": "linux" },
            "annotations": { "io.containerd.image.name": reference, "org.opencontainers.image.ref.name": reference },
        }));
        Ok(())
    }

    /// Writes the index.
    pub fn finish(self) -> Result<()> {
        let write = |name: &str, value: &Value| {
            let path = self.folder.join(name);
            std::fs::write(&path, value.to_string()).with_context(|| format!("cannot write {}", path.display()))
        };
        write("oci-layout", &json!({ "imageLayoutVersion": "1.0.0" }))?;
        write("index.json", &json!({ "schemaVersion": 2, "mediaType": INDEX, "manifests": self.manifests }))
    }

    fn json(&self, value: &Value) -> Result<Blob> {
        let text = value.to_string();
        let sha256 = digest::of_bytes(text.as_bytes());
        std::fs::write(self.blob(&sha256), &text).context("cannot write a blob")?;
        Ok(Blob { sha256, size: text.len() as u64 })
    }

    fn blob(&self, sha256: &str) -> PathBuf {
        self.folder.join("blobs/sha256").join(sha256)
    }
}

fn sha(digest: &str) -> String {
    format!("sha256:{digest}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layer::Entry;

    #[test]
    fn two_layouts_of_equal_content_are_equal() {
        let write = || {
            let folder = tempfile::tempdir().expect("a folder");
            let mut layout = Layout::create(folder.path()).expect("made");
            let mut layer = Layer::default();
            layer.add("a", Entry::Text { content: "a".to_owned(), mode: 0o644 });
            let blob = layout.layer(&layer).expect("written");
            layout.image("images.test/a:1", &[blob], &Start::default()).expect("added");
            layout.finish().expect("finished");
            digest::of_folder(folder.path()).expect("hashed")
        };
        assert_eq!(write(), write());
    }
}
