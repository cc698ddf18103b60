//! An OCI image layout: blobs by digest and an index that names images.

use std::collections::BTreeMap;
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

/// An image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image<'a> {
    /// Its full names.
    pub names: &'a [String],
    /// The names lead to an index with one manifest.
    pub index: bool,
    /// Its layers, lowest first.
    pub layers: &'a [Blob],
    /// What it says of itself: on its manifest, its index, every name, and as labels of its configuration.
    pub annotations: &'a BTreeMap<String, String>,
    /// Program and first arguments.
    pub entrypoint: &'a [String],
    /// User, as number or name; root when empty.
    pub user: &'a str,
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
    pub fn image(&mut self, image: &Image<'_>) -> Result<()> {
        let config = self.json(&image.config())?;
        let manifest = self.json(&image.manifest(&config))?;
        let mut top = descriptor(MANIFEST, &manifest);
        top["platform"] = platform();
        if image.index {
            let index = json!({
                "schemaVersion": 2,
                "mediaType": INDEX,
                "manifests": [top],
                "annotations": image.annotations,
            });
            top = descriptor(INDEX, &self.json(&index)?);
        }
        for name in image.names {
            let mut named = top.clone();
            named["annotations"] = json!(image.annotations);
            named["annotations"]["io.containerd.image.name"] = json!(name);
            named["annotations"]["org.opencontainers.image.ref.name"] = json!(name);
            self.manifests.push(named);
        }
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

impl Image<'_> {
    fn config(&self) -> Value {
        let mut config = platform();
        config["created"] = json!("1970-01-01T00:00:00Z");
        config["config"] = json!({
            "Entrypoint": self.entrypoint,
            "Env": [PATH],
            "User": self.user,
            "WorkingDir": "/",
            "Labels": self.annotations,
        });
        let layers: Vec<String> = self.layers.iter().map(|layer| sha(&layer.sha256)).collect();
        config["rootfs"] = json!({ "type": "layers", "diff_ids": layers });
        config
    }

    fn manifest(&self, config: &Blob) -> Value {
        json!({
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": descriptor(CONFIG, config),
            "layers": self.layers.iter().map(|layer| descriptor(LAYER, layer)).collect::<Vec<_>>(),
            "annotations": self.annotations,
        })
    }
}

fn descriptor(kind: &str, blob: &Blob) -> Value {
    json!({ "mediaType": kind, "digest": sha(&blob.sha256), "size": blob.size })
}

fn platform() -> Value {
    json!({ "architecture": "amd64", "os": "linux" })
}

fn sha(digest: &str) -> String {
    format!("sha256:{digest}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layer::Entry;

    /// A layout with one image of two names.
    fn write(index: bool) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        let mut layout = Layout::create(folder.path()).expect("made");
        let mut layer = Layer::default();
        layer.add("a", Entry::Text { content: "a".to_owned(), mode: 0o644 });
        let blob = layout.layer(&layer).expect("written");
        let image = Image {
            names: &["one.test/a:1".to_owned(), "two.test:5000/b:2".to_owned()],
            index,
            layers: &[blob],
            annotations: &BTreeMap::from([("org.opencontainers.image.vendor".to_owned(), "Minos".to_owned())]),
            entrypoint: &["/a".to_owned()],
            user: "",
        };
        layout.image(&image).expect("added");
        layout.finish().expect("finished");
        folder
    }

    fn read(folder: &Path, file: &str) -> Value {
        serde_json::from_str(&std::fs::read_to_string(folder.join(file)).expect("read")).expect("JSON")
    }

    fn blob(folder: &Path, descriptor: &Value) -> Value {
        let digest = descriptor["digest"].as_str().and_then(|digest| digest.strip_prefix("sha256:")).expect("a digest");
        read(folder, &format!("blobs/sha256/{digest}"))
    }

    #[test]
    fn two_layouts_of_equal_content_are_equal() {
        let digest = || digest::of_folder(write(true).path()).expect("hashed");
        assert_eq!(digest(), digest());
    }

    #[test]
    fn every_name_leads_to_the_image_and_to_what_it_says_of_itself() {
        for index in [false, true] {
            let folder = write(index);
            let top = read(folder.path(), "index.json");
            let names: Vec<_> = top["manifests"].as_array().expect("manifests").iter().collect();
            assert_eq!(names.len(), 2);
            for named in names {
                assert_eq!(named["annotations"]["org.opencontainers.image.vendor"], "Minos");
                assert_eq!(named["mediaType"], if index { INDEX } else { MANIFEST });
                let mut manifest = blob(folder.path(), named);
                assert_eq!(manifest["annotations"]["org.opencontainers.image.vendor"], "Minos");
                if index {
                    assert_eq!(manifest["manifests"][0]["platform"], platform());
                    manifest = blob(folder.path(), &manifest["manifests"][0]);
                }
                let config = blob(folder.path(), &manifest["config"]);
                assert_eq!(config["config"]["Labels"]["org.opencontainers.image.vendor"], "Minos");
            }
            let name = |number: usize| &top["manifests"][number]["annotations"]["io.containerd.image.name"];
            assert_eq!((name(0), name(1)), (&json!("one.test/a:1"), &json!("two.test:5000/b:2")));
        }
    }
}
