//! The node as a container image: an archive that is an OCI image layout, and that `docker load` of any age reads too.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use crate::digest::{Digest, sha256, sha256_file};
use crate::tree::{Origin, Tree};

/// Tells the node that it runs in a container.
const MARKER: &str = "/usr/etc/in-container";
/// Folders of the root that runners bind the node's volumes to.
const VOLUMES: [&str; 3] = ["/system/state", "/var", "/system/imagecache/disk"];
/// The name under which the image is loaded, without its tag.
const NAME: &str = "localhost/minos";

const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
const CONFIG: &str = "application/vnd.oci.image.config.v1+json";
const LAYER: &str = "application/vnd.oci.image.layer.v1.tar";
const INDEX: &str = "application/vnd.oci.image.index.v1+json";

/// A blob of the archive.
struct Blob {
    digest: Digest,
    size: u64,
}

impl Blob {
    fn of(bytes: &[u8]) -> Self {
        Self { digest: sha256([bytes]), size: bytes.len() as u64 }
    }

    fn path(&self) -> String {
        format!("blobs/sha256/{}", self.digest)
    }

    fn descriptor(&self, media_type: &str) -> Value {
        json!({ "mediaType": media_type, "digest": format!("sha256:{}", self.digest), "size": self.size })
    }
}

/// Writes the image of a root file system. Equal trees and versions give equal bytes.
pub fn write_container_image(root: &Tree, version: &str, out: &Path) -> Result<()> {
    let folder = out.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let layer = tempfile::Builder::new().prefix(".layer-").tempfile_in(folder)?;
    tree(root)?.write_tar(BufWriter::with_capacity(1 << 20, layer.as_file())).context("cannot write the layer")?;
    let layer_blob = Blob { digest: sha256_file(layer.path())?, size: layer.path().metadata()?.len() };
    let config = config(&layer_blob.digest, version).to_string();
    let config_blob = Blob::of(config.as_bytes());
    let manifest = json!({
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": config_blob.descriptor(CONFIG),
        "layers": [layer_blob.descriptor(LAYER)],
    })
    .to_string();
    let manifest_blob = Blob::of(manifest.as_bytes());
    let name = format!("{NAME}:{version}");

    let partial = tempfile::Builder::new().prefix(".container-").tempfile_in(folder)?;
    let mut archive = tar::Builder::new(BufWriter::with_capacity(1 << 20, partial.as_file()));
    add(&mut archive, "oci-layout", json!({ "imageLayoutVersion": "1.0.0" }).to_string().as_bytes())?;
    add(&mut archive, "index.json", index(&manifest_blob, &name).to_string().as_bytes())?;
    // Before version 25 Docker reads no layout, but this list of its own, which may name the same blobs.
    let list = json!([{ "Config": config_blob.path(), "RepoTags": [name], "Layers": [layer_blob.path()] }]);
    add(&mut archive, "manifest.json", list.to_string().as_bytes())?;
    add(&mut archive, &config_blob.path(), config.as_bytes())?;
    add(&mut archive, &manifest_blob.path(), manifest.as_bytes())?;
    let content = File::open(layer.path())?;
    archive.append_data(&mut header(layer_blob.size), layer_blob.path(), content)?;
    archive.into_inner()?.flush()?;
    partial.persist(out).with_context(|| format!("cannot write {}", out.display()))?;
    Ok(())
}

/// The root file system with what only a container has.
fn tree(root: &Tree) -> Result<Tree> {
    let mut tree = root.clone();
    tree.bytes(MARKER, *b"true\n", Origin::Minos)?;
    for folder in VOLUMES {
        tree.folder(folder, 0o755, Origin::Minos)?;
    }
    Ok(tree)
}

/// As the OCI image specification has it. As in upstream's image the marker, not the environment, says that it is a
/// container.
fn config(layer: &Digest, version: &str) -> Value {
    json!({
        "created": "1970-01-01T00:00:00Z",
        "architecture": "amd64",
        "os": "linux",
        "config": {
            "Entrypoint": ["/sbin/init"],
            "Env": ["PATH=/usr/bin"],
            "WorkingDir": "/",
            "StopSignal": "SIGTERM",
            "Labels": { "org.opencontainers.image.title": "Minos", "org.opencontainers.image.version": version },
        },
        "rootfs": { "type": "layers", "diff_ids": [format!("sha256:{layer}")] },
        "history": [{ "created": "1970-01-01T00:00:00Z", "created_by": "imager" }],
    })
}

fn index(manifest: &Blob, name: &str) -> Value {
    let mut descriptor = manifest.descriptor(MANIFEST);
    descriptor["platform"] = json!({ "architecture": "amd64", "os": "linux" });
    descriptor["annotations"] = json!({ "io.containerd.image.name": name, "org.opencontainers.image.ref.name": name });
    json!({ "schemaVersion": 2, "mediaType": INDEX, "manifests": [descriptor] })
}

fn add(archive: &mut tar::Builder<impl Write>, name: &str, bytes: &[u8]) -> Result<()> {
    Ok(archive.append_data(&mut header(bytes.len() as u64), name, bytes)?)
}

fn header(size: u64) -> tar::Header {
    let mut header = tar::Header::new_gnu();
    header.set_mode(0o644);
    header.set_uid(0);
    header.set_gid(0);
    header.set_mtime(0);
    header.set_size(size);
    header
}

#[cfg(test)]
mod tests;
