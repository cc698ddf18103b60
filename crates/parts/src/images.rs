//! The container images of a node, from `parts/images.toml`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail, ensure};
use serde::Deserialize;

use crate::debian::{Fetched, Request, fetch};
use crate::layer::{Entry, Layer};
use crate::oci::{Image, Layout};
use crate::part::Part;
use crate::{build, digest, sbom};

/// `parts/images.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImageList {
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
    /// Its full names (`registry/name:tag`).
    pub names: Vec<String>,
    /// The part that gives its program.
    pub part: String,
    /// The Go module, in the part's `go.mod`, that the program is built from; without one, Minos has written it.
    pub module: Option<String>,
    /// Its names lead to an index with one manifest.
    #[serde(default)]
    index: bool,
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
}

impl ImageSource {
    /// The version of the module that the program is built from.
    ///
    /// # Errors
    /// When the part's `go.mod` cannot be read or does not require the module.
    pub fn version(&self, parts: &Path) -> Result<Option<String>> {
        let Some(module) = &self.module else { return Ok(None) };
        let version = build::required(&parts.join(&self.part), module)?;
        version.with_context(|| format!("parts/{}/go.mod requires no {module}", self.part)).map(Some)
    }

    /// What the image says of itself, in the annotations that OCI has for it. Its name may be that of a published image,
    /// which it is not.
    fn annotations(&self, title: &str, parts: &Path) -> Result<BTreeMap<String, String>> {
        let version = self.version(parts)?;
        let description = match (&self.module, &version) {
            (Some(module), Some(version)) => format!("Built by Minos from the Go module {module} {version}"),
            _ => format!("Built by Minos from its own source, parts/{}", self.part),
        };
        let annotations = [("title", Some(title.to_owned())), ("vendor", Some("Minos".to_owned()))];
        let annotations = annotations.into_iter().chain([("description", Some(description)), ("version", version)]);
        Ok(annotations.filter_map(|(key, text)| Some((format!("org.opencontainers.image.{key}"), text?))).collect())
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
    let annotations: Result<BTreeMap<_, _>> =
        list.image.iter().map(|(name, image)| Ok((name.as_str(), image.annotations(name, parts)?))).collect();
    let annotations = annotations?;
    let folder = cache.join("images").join(&key(parts, &packages, &programs)?[..16]);
    if folder.join("index.json").is_file() {
        say("images       in the cache");
        return Ok(folder);
    }
    say("images       writing layers");
    let partial = folder.with_extension(format!("partial-{}", std::process::id()));
    write(&list, &annotations, &packages, &programs, cache, &partial)?;
    std::fs::rename(&partial, &folder).with_context(|| format!("cannot keep {}", folder.display()))?;
    Ok(folder)
}

fn key(parts: &Path, packages: &[Fetched], programs: &BTreeMap<String, PathBuf>) -> Result<String> {
    let list = digest::of_file(&parts.join("images.toml"))?;
    let packages: Vec<&str> = packages.iter().map(|package| package.sha256.as_str()).collect();
    Ok(digest::of_bytes(format!("2 {list} {packages:?} {programs:?}").as_bytes()))
}

fn write(
    list: &ImageList,
    annotations: &BTreeMap<&str, BTreeMap<String, String>>,
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
        layout.image(&Image {
            names: &image.names,
            index: image.index,
            layers: &layers.collect::<Result<Vec<_>>>()?,
            annotations: &annotations[name.as_str()],
            entrypoint: &image.entrypoint,
            user: &image.user,
        })?;
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

#[cfg(test)]
mod tests {
    use super::*;

    fn parts() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../parts")
    }

    /// Names that hold another version of their module: a later patch of the same minor release.
    const OTHER_VERSIONS: [(&str, &str, &str); 1] = [("flannel", "0.28.8", "v0.28.10")];

    #[test]
    fn a_tag_that_is_a_version_is_the_version_of_the_module() {
        for (title, image) in &ImageList::read(&parts()).unwrap().image {
            let Some(version) = image.version(&parts()).unwrap() else { continue };
            for name in &image.names {
                let tag = name.rsplit_once(':').unwrap().1;
                let known = OTHER_VERSIONS.contains(&(title, tag, &version));
                assert!(tag == version || known, "{name} holds {version}");
            }
        }
    }

    #[test]
    fn annotations_say_what_stands_under_a_public_name() {
        let list = ImageList::read(&parts()).unwrap();
        let of = |name: &str| list.image[name].annotations(name, &parts()).unwrap();
        let flannel = of("flannel");
        let key = |key: &str| format!("org.opencontainers.image.{key}");
        assert_eq!(
            flannel[&key("description")],
            "Built by Minos from the Go module github.com/flannel-io/flannel v0.28.10"
        );
        assert_eq!((&*flannel[&key("version")], &*flannel[&key("vendor")]), ("v0.28.10", "Minos"));
        assert_eq!(of("pause")[&key("description")], "Built by Minos from its own source, parts/pause");
        assert!(!of("pause").contains_key(&key("version")));
    }
}
