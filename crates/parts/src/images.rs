//! The container images of a node, from `parts/images.toml`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail, ensure};
use serde::Deserialize;

use crate::debian::{Fetched, Request, fetch};
use crate::layer::{Entry, Layer};
use crate::oci::{Layout, Start};
use crate::part::Part;
use crate::{build, digest, sbom};

/// `parts/images.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImageList {
    /// The repository in which all images are.
    pub repository: String,
    /// Suites of the Debian packages.
    pub suites: Vec<String>,
    /// Layers by name.
    pub layer: BTreeMap<String, LayerSource>,
    /// Images by name.
    pub image: BTreeMap<String, ImageSource>,
}

/// What a layer is made of.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LayerSource {
    /// Parts whose programs go to `/usr/local/bin`.
    #[serde(default)]
    parts: Vec<String>,
    /// Files by path, with their text.
    #[serde(default)]
    text: BTreeMap<String, String>,
    /// Links by path, with their targets.
    #[serde(default)]
    links: BTreeMap<String, String>,
    /// Debian packages, with the files that are taken; a `*` at the end stands for any rest of the file name.
    #[serde(default)]
    packages: BTreeMap<String, Vec<String>>,
}

/// An image.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImageSource {
    /// Its tag.
    tag: String,
    /// Its layers, lowest first.
    layers: Vec<String>,
    /// Program and first arguments.
    entrypoint: Vec<String>,
    /// User.
    #[serde(default)]
    user: String,
}

impl ImageList {
    /// Reads `images.toml` of the folder of parts.
    pub fn read(parts: &Path) -> Result<Self> {
        let path = parts.join("images.toml");
        let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        toml::from_str(&text).with_context(|| format!("cannot read {}", path.display()))
    }

    /// The full name of an image.
    pub fn reference(&self, name: &str) -> Option<String> {
        self.image.get(name).map(|image| format!("{}/{name}:{}", self.repository, image.tag))
    }
}

/// Builds all images into one layout in the cache, unless it is there; its folder.
pub fn write_images(parts: &Path, cache: &Path, locked: bool, say: &dyn Fn(&str)) -> Result<PathBuf> {
    let list = ImageList::read(parts)?;
    let names: Vec<String> = list.layer.values().flat_map(|layer| layer.packages.keys().cloned()).collect();
    let lock = parts.join("debian.lock");
    let request = Request { suites: &list.suites, names: &names, lock: &lock, locked, archive: None };
    let packages = fetch(&request, cache, say)?;
    let mut programs = BTreeMap::new();
    for name in list.layer.values().flat_map(|layer| &layer.parts) {
        let part = Part::find(name).with_context(|| format!("images.toml names an unknown part {name:?}"))?;
        programs.insert(name.clone(), build::build(part, parts, cache, say)?);
    }
    let folder = cache.join("images").join(&key(parts, &packages, &programs)?[..16]);
    if folder.join("index.json").is_file() {
        say("images       in the cache");
        return Ok(folder);
    }
    say("images       writing layers");
    let partial = folder.with_extension(format!("partial-{}", std::process::id()));
    write(&list, &packages, &programs, cache, &partial)?;
    std::fs::rename(&partial, &folder).with_context(|| format!("cannot keep {}", folder.display()))?;
    Ok(folder)
}

fn key(parts: &Path, packages: &[Fetched], programs: &BTreeMap<String, PathBuf>) -> Result<String> {
    let list = digest::of_file(&parts.join("images.toml"))?;
    let packages: Vec<&str> = packages.iter().map(|package| package.sha256.as_str()).collect();
    Ok(digest::of_bytes(format!("1 {list} {packages:?} {programs:?}").as_bytes()))
}

fn write(
    list: &ImageList,
    packages: &[Fetched],
    programs: &BTreeMap<String, PathBuf>,
    cache: &Path,
    folder: &Path,
) -> Result<()> {
    let mut layout = Layout::create(folder)?;
    let mut blobs = BTreeMap::new();
    for (name, source) in &list.layer {
        let layer = source.layer(packages, programs, cache).with_context(|| format!("layer {name:?}"))?;
        blobs.insert(name.as_str(), layout.layer(&layer)?);
    }
    for (name, image) in &list.image {
        let layers = image.layers.iter().map(|layer| {
            blobs
                .get(layer.as_str())
                .cloned()
                .with_context(|| format!("image {name:?} names an unknown layer {layer:?}"))
        });
        let start = Start { entrypoint: image.entrypoint.clone(), user: image.user.clone(), env: Vec::new() };
        let reference = format!("{}/{name}:{}", list.repository, image.tag);
        layout.image(&reference, &layers.collect::<Result<Vec<_>>>()?, &start)?;
    }
    sbom::write(&folder.join("sbom.spdx.json"), packages, programs)?;
    layout.finish()
}

impl LayerSource {
    fn layer(&self, packages: &[Fetched], programs: &BTreeMap<String, PathBuf>, cache: &Path) -> Result<Layer> {
        let mut layer = Layer::default();
        for (path, text) in &self.text {
            layer.add(path, Entry::Text { content: text.clone(), mode: 0o644 });
        }
        for (path, target) in &self.links {
            layer.add(path, Entry::Link(target.into()));
        }
        for name in &self.parts {
            let part = Part::find(name).with_context(|| format!("unknown part {name:?}"))?;
            for program in part.programs() {
                let from = programs[name].join(program);
                layer.add(&format!("/usr/local/bin/{program}"), Entry::File { from, mode: 0o755 });
            }
        }
        for (name, patterns) in &self.packages {
            let package = packages.iter().find(|package| package.name == *name);
            let root = unpack(package.with_context(|| format!("package {name} was not fetched"))?, cache)?;
            for pattern in patterns {
                add_matching(&mut layer, &root, pattern).with_context(|| format!("package {name}"))?;
            }
        }
        Ok(layer)
    }
}

fn add_matching(layer: &mut Layer, root: &Path, pattern: &str) -> Result<()> {
    let (folder, name) = pattern.rsplit_once('/').context("a file's path is absolute")?;
    let within = root.join(folder.trim_start_matches('/'));
    let entries = std::fs::read_dir(&within).with_context(|| format!("it has no folder {folder}"))?;
    let matches = |candidate: &str| match name.strip_suffix('*') {
        Some(start) => candidate.starts_with(start),
        None => candidate == name,
    };
    let mut found = 0;
    for entry in entries {
        let entry = entry?;
        let file = entry.file_name().into_string().unwrap_or_default();
        if matches(&file) {
            layer.add_from(&format!("{folder}/{file}"), &entry.path())?;
            found += 1;
        }
    }
    ensure!(found > 0, "it has no file {pattern}");
    Ok(())
}

/// The folder with a package's files.
fn unpack(package: &Fetched, cache: &Path) -> Result<PathBuf> {
    let folder = cache.join("debian/unpacked").join(&package.sha256[..16]);
    if folder.is_dir() {
        return Ok(folder);
    }
    let partial = folder.with_extension(format!("partial-{}", std::process::id()));
    std::fs::create_dir_all(&partial).with_context(|| format!("cannot make {}", partial.display()))?;
    let status = Command::new("dpkg-deb").arg("-x").arg(&package.file).arg(&partial).status();
    if !status.context("dpkg-deb is missing; this build runs on a Debian host")?.success() {
        bail!("cannot unpack {}", package.name);
    }
    std::fs::rename(&partial, &folder).with_context(|| format!("cannot keep {}", folder.display()))?;
    Ok(folder)
}
